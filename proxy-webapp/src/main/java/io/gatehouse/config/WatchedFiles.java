package io.gatehouse.config;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that a configuration was made of, each read once and remembered with its content, so that a later look can
 * tell whether anything has changed. Content is compared, not time stamps: a ConfigMap swaps symbolic links, and NFS
 * tells nothing.
 */
public final class WatchedFiles {

    /** Largest file that is read. */
    public static final int MAX_SIZE = 16 * 1024 * 1024;

    private final Map<Path, Optional<ConfigFile>> files = new LinkedHashMap<>();

    /**
     * Reads a file, once.
     *
     * @throws ConfigurationException when it can not be read or is too large; it stays watched, so that its appearance
     *     is a change
     */
    public ConfigFile read(Path path) {
        Path key = path.toAbsolutePath().normalize();
        Optional<ConfigFile> known = files.get(key);
        if (known == null) {
            known = content(key);
            files.put(key, known);
        }
        return known.orElseThrow(() -> new ConfigurationException(new ConfigurationProblem(key.toString(), why(key))));
    }

    /** Watches a file, or the absence of one, without reading it for a value. */
    public void watch(Path path) {
        files.computeIfAbsent(path.toAbsolutePath().normalize(), WatchedFiles::content);
    }

    private static String why(Path path) {
        if (!Files.exists(path)) {
            return "no such file";
        }
        if (!Files.isRegularFile(path)) {
            return "expected a file";
        }
        return Files.isReadable(path)
                ? "can not be read, or is larger than 16 MiB"
                : "this process may not read the file";
    }

    private static Optional<ConfigFile> content(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            return bytes.length > MAX_SIZE ? Optional.empty() : Optional.of(new ConfigFile(path, bytes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether any file differs from what was read. */
    public boolean changed() {
        for (Map.Entry<Path, Optional<ConfigFile>> entry : files.entrySet()) {
            Optional<ConfigFile> now = content(entry.getKey());
            boolean same = now.isPresent() == entry.getValue().isPresent()
                    && (now.isEmpty()
                            || Arrays.equals(
                                    now.get().bytes(), entry.getValue().get().bytes()));
            if (!same) {
                return true;
            }
        }
        return false;
    }
}
