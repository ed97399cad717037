package io.gatehouse.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The plugins as the reactor has just built them. */
public final class TestPlugins {

    private static final Path MODULES = Path.of(System.getProperty("gatehouse.plugins"));

    private TestPlugins() {}

    /** Those that the WAR carries. */
    public static List<PluginFolder> builtIn() throws IOException {
        List<PluginFolder> folders = new ArrayList<>();
        try (Stream<Path> modules = Files.list(MODULES)) {
            for (Path module : modules.sorted().toList()) {
                String name = module.getFileName().toString();
                PluginFolder.in(module.resolve("target")).stream()
                        .filter(folder -> folder.name().equals("plugin") && !name.equals("example"))
                        .map(folder -> new PluginFolder(name, PluginCatalog.BUILT_IN_ORIGIN + name, folder.jars()))
                        .forEach(folders::add);
            }
        }
        return folders;
    }

    /** The jar of the plugin that authors copy. */
    public static Path example() throws IOException {
        try (Stream<Path> jars = Files.list(MODULES.resolve("example/target/plugin"))) {
            return jars.filter(jar -> jar.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
