package io.gatehouse.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.server.BuiltInPlugins;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the WAR and the documentation say about the built-in plugins is what their jars offer. */
class BuiltInPluginsIT {

    /** Not in the WAR: it is there to be copied. */
    private static final String EXAMPLE = "example";

    private static final Path PLUGINS = Path.of(System.getProperty("gatehouse.plugins"));
    private static final Path PAGES = Path.of(System.getProperty("gatehouse.docs"), "plugins");

    @TempDir
    private static Path cache;

    private static final List<LoadedPlugin> LOADED = new ArrayList<>();
    private static final Map<String, List<LoadedFactory>> FACTORIES = new TreeMap<>();

    @BeforeAll
    static void load() throws IOException {
        try (Stream<Path> modules = Files.list(PLUGINS)) {
            for (Path module : modules.sorted().toList()) {
                String name = module.getFileName().toString();
                if (Files.isDirectory(module.resolve("target/plugin"))) {
                    LoadedPlugin plugin =
                            LoadedPlugin.load(name, name, jars(module), BuiltInPluginsIT.class.getClassLoader());
                    LOADED.add(plugin);
                    FACTORIES.put(name, plugin.factories());
                }
            }
        }
    }

    private static List<Path> jars(Path module) throws IOException {
        JarCache copies = new JarCache(cache);
        List<Path> jars = new ArrayList<>();
        for (PluginFolder folder : PluginFolder.in(module.resolve("target"))) {
            if (folder.name().equals("plugin")) {
                for (PluginFolder.Jar jar : folder.jars()) {
                    jars.add(copies.copy(jar));
                }
            }
        }
        return jars;
    }

    @AfterAll
    static void close() {
        LOADED.forEach(LoadedPlugin::close);
    }

    @Test
    void theIndexOfTheWarIsRight() {
        Map<String, String> offered = new HashMap<>();
        FACTORIES.forEach((plugin, factories) -> factories.forEach(factory -> offered.put(factory.name(), plugin)));
        offered.values().remove(EXAMPLE);
        assertThat(BuiltInPlugins.index()).isEqualTo(offered);
    }

    /** Names that are the same in two plugins would hide one of them. */
    @Test
    void noNameIsTakenTwice() {
        List<String> names = FACTORIES.values().stream()
                .flatMap(List::stream)
                .map(LoadedFactory::name)
                .toList();
        assertThat(names).hasSameSizeAs(new TreeSet<>(names));
    }

    @Test
    void theExampleLoadsLikeTheOthers() {
        assertThat(FACTORIES.get(EXAMPLE)).extracting(LoadedFactory::name).containsExactly("static-token");
    }

    @Test
    void everySettingStandsInTheTableOfItsFactory() throws IOException {
        for (Map.Entry<String, List<LoadedFactory>> plugin : FACTORIES.entrySet()) {
            if (plugin.getKey().equals(EXAMPLE)) {
                continue;
            }
            Path shared = PAGES.resolve(plugin.getKey() + ".md");
            assertThat(shared).isRegularFile();
            long sharing = plugin.getValue().stream()
                    .filter(factory -> page(factory, shared).equals(shared))
                    .count();
            for (LoadedFactory factory : plugin.getValue()) {
                Path page = page(factory, shared);
                boolean alone = !page.equals(shared) || sharing == 1;
                assertThat(rows(Files.readAllLines(page), alone ? "Settings" : factory.name()))
                        .as("the settings of %s in %s", factory.name(), page)
                        .containsExactlyElementsOf(factory.settings().stream()
                                .map(BuiltInPluginsIT::row)
                                .toList());
            }
        }
    }

    /** A factory's own page, or the one of its plugin. */
    private static Path page(LoadedFactory factory, Path shared) {
        Path own = PAGES.resolve(factory.name() + ".md");
        return Files.isRegularFile(own) ? own : shared;
    }

    /** The rows of the table of settings below a heading of the second level. */
    private static List<String> rows(List<String> lines, String heading) {
        List<String> rows = new ArrayList<>();
        boolean inSection = false;
        boolean inTable = false;
        for (String line : lines) {
            if (line.startsWith("## ")) {
                inSection = line.substring(3).replace("`", "").equals(heading);
            }
            inTable = line.startsWith("|") && (inTable || line.startsWith("| setting | type | default |"));
            if (inSection && inTable && line.startsWith("| `")) {
                rows.add(line);
            }
        }
        return rows;
    }

    private static String row(Setting<?> setting) {
        String type = switch (setting.kind()) {
            case TEXT -> "text";
            case TEXTS -> "list of texts";
            case SECRET -> "secret";
            case INTEGER -> "number";
            case FLAG -> "true or false";
            case DURATION -> "duration";
            case SIZE -> "size";
            case FILE -> "file";
            case FILES -> "list of files";
            case PATH -> "path";
        };
        String defaultValue = setting.isRequired()
                ? "required"
                : setting.defaultValue()
                        .map(BuiltInPluginsIT::shown)
                        .filter(text -> !text.isEmpty())
                        .map(text -> "`" + text + "`")
                        .orElse("");
        String description =
                setting.description().replace("<", "&lt;").replace(">", "&gt;").replace("|", "\\|");
        return ("| `" + setting.name() + "` | " + type + " | " + defaultValue + " | " + description + " |")
                .replace("|  |", "| |");
    }

    private static String shown(Object value) {
        if (value instanceof Secret || value instanceof ConfigFile) {
            return "";
        }
        if (value instanceof List<?> list) {
            return String.join(", ", list.stream().map(String::valueOf).toList());
        }
        if (value instanceof Duration duration) {
            return duration.toSeconds() % 86_400 == 0 ? duration.toDays() + "d" : duration.toSeconds() + "s";
        }
        if (value instanceof Long size) {
            return size % (1L << 20) == 0 ? (size >> 20) + "MiB" : String.valueOf(size);
        }
        return String.valueOf(value);
    }
}
