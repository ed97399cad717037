package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.ConfigFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files that a list of targets was made from, as they were then. A file that was missing belongs to it, so that its
 * appearance is a change too.
 */
final class FileSnapshot {

    /** No file that a kubeconfig names is longer. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Why a file is absent that there is not. */
    static final String MISSING = "does not exist";

    /** What was found at a path. */
    sealed interface Content {

        /** A file with its bytes. */
        record Present(ConfigFile file) implements Content {}

        /** Nothing that can be read; the reason goes after the file's name. */
        record Absent(String reason) implements Content {}
    }

    private final Map<Path, Content> contents = new LinkedHashMap<>();

    /** Reads a file, once for all who ask for it. */
    Content read(Path path) {
        return contents.computeIfAbsent(path, FileSnapshot::readNow);
    }

    /** Whether a file was asked for. */
    boolean knows(Path path) {
        return contents.containsKey(path);
    }

    /** Whether every file that was asked for is still what it was. */
    boolean isCurrent() {
        return contents.entrySet().stream()
                .allMatch(entry -> readNow(entry.getKey()).equals(entry.getValue()));
    }

    /** Reads a file without remembering it. */
    static Content readNow(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            return new Content.Absent("is not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? new Content.Absent("is longer than 16 MiB")
                    : new Content.Present(new ConfigFile(path, bytes));
        } catch (NoSuchFileException e) {
            return new Content.Absent(MISSING);
        } catch (AccessDeniedException e) {
            return new Content.Absent("may not be read");
        } catch (IOException e) {
            return new Content.Absent("can not be read: " + e.getMessage());
        }
    }
}
