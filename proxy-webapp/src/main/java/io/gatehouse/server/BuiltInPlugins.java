package io.gatehouse.server;

import io.gatehouse.plugin.PluginCatalog;
import io.gatehouse.plugin.PluginFolder;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The plugins that the WAR carries in {@code WEB-INF/plugins/<name>/}, and the index of what each of them has. */
public final class BuiltInPlugins {

    private static final String FOLDER = "/WEB-INF/plugins/";
    private static final String INDEX = "built-in-plugins.properties";

    private BuiltInPlugins() {}

    /** From a WAR that a container serves, unpacked or not. */
    static List<PluginFolder> in(ServletContext context) {
        List<PluginFolder> plugins = new ArrayList<>();
        for (String folder : paths(context, FOLDER)) {
            String name = folder.substring(FOLDER.length(), folder.length() - 1);
            List<PluginFolder.Jar> jars = paths(context, folder).stream()
                    .filter(path -> path.endsWith(".jar"))
                    .map(path -> new PluginFolder.Jar(
                            path.substring(folder.length()), () -> context.getResourceAsStream(path)))
                    .toList();
            plugins.add(new PluginFolder(name, PluginCatalog.BUILT_IN_ORIGIN + name, jars));
        }
        return plugins;
    }

    private static Set<String> paths(ServletContext context, String folder) {
        Set<String> paths = context.getResourcePaths(folder);
        return paths == null ? Set.of() : new TreeSet<>(paths);
    }

    /** From the folder that the standalone mode unpacks them into. */
    public static List<PluginFolder> in(Path folder) throws IOException {
        return PluginFolder.in(folder).stream()
                .map(plugin ->
                        new PluginFolder(plugin.name(), PluginCatalog.BUILT_IN_ORIGIN + plugin.name(), plugin.jars()))
                .toList();
    }

    /** Which plugin has a factory, so that only those are opened that a configuration names. */
    public static Map<String, String> index() {
        Properties index = new Properties();
        try (InputStream in = BuiltInPlugins.class.getResourceAsStream(INDEX)) {
            index.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return index.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, index::getProperty));
    }
}
