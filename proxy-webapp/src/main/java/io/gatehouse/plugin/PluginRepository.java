package io.gatehouse.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows where plugins lie and keeps those open that are in use. A plugin whose jars did not change is not loaded again.
 * Used by one thread at a time.
 */
public final class PluginRepository implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginRepository.class);

    private final Path customFolder;
    private final Map<String, PluginFolder> builtIn = new HashMap<>();
    private final Map<String, String> builtInByFactory;
    private final JarCache cache;
    private final ClassLoader host;
    private Map<List<Path>, LoadedPlugin> open = new HashMap<>();

    /**
     * @param customFolder where an administrator drops jars
     * @param builtIn the plugins that the WAR carries
     * @param builtInByFactory which of them has a factory, so that one that nobody uses is not loaded
     * @param cacheFolder where jars are copied to
     */
    public PluginRepository(
            Path customFolder,
            List<PluginFolder> builtIn,
            Map<String, String> builtInByFactory,
            Path cacheFolder,
            ClassLoader host) {
        this.customFolder = customFolder;
        builtIn.forEach(folder -> this.builtIn.put(folder.name(), folder));
        this.builtInByFactory = Map.copyOf(builtInByFactory);
        this.cache = new JarCache(cacheFolder);
        this.host = host;
    }

    /**
     * The catalog for a configuration: every custom plugin, and the built-in ones that it names.
     *
     * @param names the factory names that the configuration uses
     */
    public PluginCatalog catalog(Set<String> names) {
        PluginCatalog.Builder catalog = new PluginCatalog.Builder(builtInByFactory.keySet());
        Map<List<Path>, LoadedPlugin> used = new LinkedHashMap<>();
        Set<String> wanted = new HashSet<>();
        names.forEach(name -> Optional.ofNullable(builtInByFactory.get(name)).ifPresent(wanted::add));
        List<PluginFolder> folders = new ArrayList<>();
        wanted.stream()
                .sorted()
                .map(builtIn::get)
                .filter(folder -> folder != null)
                .forEach(folders::add);
        try {
            folders.addAll(PluginFolder.in(customFolder));
        } catch (IOException e) {
            catalog.failed(customFolder + ": can not be listed: " + e.getMessage());
        }
        for (PluginFolder folder : folders) {
            try {
                catalog.add(load(folder, used));
            } catch (PluginLoadException e) {
                LOG.error("Plugin not loaded: {}", e.getMessage());
                LOG.debug("Why a plugin was not loaded", e);
                catalog.failed(e.getMessage());
            }
        }
        open.putAll(used);
        return catalog.build();
    }

    /** Names, sizes and times of the jars in the administrator's folder: cheap enough to be asked for all the time. */
    public Set<String> files() {
        Set<String> seen = new HashSet<>();
        if (!Files.isDirectory(customFolder)) {
            return seen;
        }
        try (Stream<Path> files = Files.walk(customFolder, 2)) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".jar"))::iterator) {
                seen.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        } catch (IOException | UncheckedIOException e) { // one that goes away meanwhile
            LOG.warn("The plugin folder can not be listed: {}", e.toString());
        }
        return seen;
    }

    private LoadedPlugin load(PluginFolder folder, Map<List<Path>, LoadedPlugin> used) {
        List<Path> jars = new ArrayList<>();
        try {
            for (PluginFolder.Jar jar : folder.jars()) {
                Path copy = cache.copy(jar);
                requireReadable(copy, folder, jar);
                jars.add(copy);
            }
        } catch (IOException e) {
            throw new PluginLoadException(folder.origin() + ": can not be copied: " + e.getMessage(), e);
        }
        LoadedPlugin known = open.get(jars);
        LoadedPlugin plugin = known != null ? known : LoadedPlugin.load(folder.name(), folder.origin(), jars, host);
        used.put(jars, plugin);
        return plugin;
    }

    /** A class loader would say nothing of a broken jar, and find nothing in it. */
    private static void requireReadable(Path copy, PluginFolder folder, PluginFolder.Jar jar) {
        try (JarFile opened = new JarFile(copy.toFile())) {
            LOG.debug("{} of {} has {} entries", jar.name(), folder.origin(), opened.size());
        } catch (IOException e) {
            String place = folder.origin().endsWith(jar.name()) ? folder.origin() : folder.origin() + "/" + jar.name();
            throw new PluginLoadException(place + ": not a jar that can be read: " + e.getMessage(), e);
        }
    }

    /** Closes the plugins that none of the catalogs uses; call it once nothing made by them is in use. */
    public void retainOnly(Collection<PluginCatalog> catalogs) {
        Map<List<Path>, LoadedPlugin> kept = new HashMap<>();
        open.forEach((jars, plugin) -> {
            if (catalogs.stream().anyMatch(catalog -> catalog.uses(plugin))) {
                kept.put(jars, plugin);
            } else {
                plugin.close();
            }
        });
        open = kept;
    }

    @Override
    public void close() {
        open.values().forEach(LoadedPlugin::close);
        open = new HashMap<>();
        try {
            cache.close();
        } catch (IOException e) {
            LOG.warn("The lock of the copied jars can not be given back: {}", e.toString());
        }
    }
}
