package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {

    @TempDir
    Path folder;

    private final WatchedFiles files = new WatchedFiles();

    @Test
    void readsAFileOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one");
        assertThat(files.read(file).text()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(files.read(folder.resolve("x/../a")).text()).isEqualTo("one");
        assertThat(files.changed()).isTrue();
    }

    @Test
    void comparesContentAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "one");
        files.read(file);
        Files.delete(file);
        Files.writeString(file, "one");
        assertThat(files.changed()).isFalse();
    }

    /** A ConfigMap is changed by swapping the link of the folder that everything is a link into. */
    @Test
    void followsLinksThatAreSwapped() throws IOException {
        Files.createDirectories(folder.resolve("..one"));
        Files.createDirectories(folder.resolve("..two"));
        Files.writeString(folder.resolve("..one/a"), "one");
        Files.writeString(folder.resolve("..two/a"), "two");
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(folder.resolve("a"), Path.of("..data/a"));
        assertThat(files.read(folder.resolve("a")).text()).isEqualTo("one");
        assertThat(files.changed()).isFalse();
        Files.createSymbolicLink(folder.resolve("..new"), Path.of("..two"));
        Files.move(folder.resolve("..new"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(files.changed()).isTrue();
    }

    @Test
    void waitsForAFileThatIsMissing() throws IOException {
        Path file = folder.resolve("late");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> files.read(file))
                .withMessage(file + ": no such file");
        assertThat(files.changed()).isFalse();
        Files.writeString(file, "");
        assertThat(files.changed()).isTrue();
    }

    @Test
    void watchesWithoutReading() throws IOException {
        files.watch(folder.resolve("late"));
        Files.writeString(folder.resolve("late"), "x");
        assertThat(files.changed()).isTrue();
    }

    @Test
    void refusesWhatIsTooLarge() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("large").toFile(), "rw")) {
            file.setLength(WatchedFiles.MAX_SIZE + 1L);
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> files.read(folder.resolve("large")))
                .withMessageEndingWith("can not be read, or is larger than 16 MiB");
    }
}
