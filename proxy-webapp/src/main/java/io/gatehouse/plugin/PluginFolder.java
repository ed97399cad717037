package io.gatehouse.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The jars of one plugin, before they are opened.
 *
 * @param name the folder's name, or the jar's without its ending
 * @param origin for messages: where an administrator finds it
 * @param jars at least one
 */
public record PluginFolder(String name, String origin, List<Jar> jars) {

    public PluginFolder {
        jars = List.copyOf(jars);
    }

    /** A jar's bytes, to be read once. */
    public record Jar(String name, Content content) {}

    /** Opens a jar for reading. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }

    /**
     * The plugins of a folder: each folder in it that holds jars, and each jar that lies in it directly, in the order of
     * their names. A folder that is not there holds none. A name that begins with a dot is passed over: a ConfigMap keeps
     * the files behind its links in such folders.
     */
    public static List<PluginFolder> in(Path folder) throws IOException {
        List<PluginFolder> plugins = new ArrayList<>();
        for (Path entry : sorted(folder)) {
            if (Files.isDirectory(entry)) {
                List<Jar> jars = sorted(entry).stream()
                        .filter(PluginFolder::isJar)
                        .map(PluginFolder::jar)
                        .toList();
                if (!jars.isEmpty()) {
                    plugins.add(new PluginFolder(entry.getFileName().toString(), entry.toString(), jars));
                }
            } else if (isJar(entry)) {
                String file = entry.getFileName().toString();
                plugins.add(new PluginFolder(
                        file.substring(0, file.length() - ".jar".length()), entry.toString(), List.of(jar(entry))));
            }
        }
        return plugins;
    }

    private static boolean isJar(Path path) {
        return path.getFileName().toString().endsWith(".jar");
    }

    private static Jar jar(Path path) {
        return new Jar(path.getFileName().toString(), () -> Files.newInputStream(path));
    }

    private static List<Path> sorted(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(entries::add);
                entries.removeIf(entry -> entry.getFileName().toString().startsWith("."));
            }
        }
        entries.sort(null);
        return entries;
    }
}
