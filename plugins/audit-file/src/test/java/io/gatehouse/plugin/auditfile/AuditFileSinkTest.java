package io.gatehouse.plugin.auditfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestEvents;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AuditFileSinkTest {

    @TempDir
    private Path home;

    private final AuditFileSinkFactory factory = new AuditFileSinkFactory();

    private AuditSink create(TestSettings settings) {
        return factory.create(
                settings,
                new TestContext("local", home, Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC)));
    }

    private AuditSink create() {
        return create(TestSettings.of(factory));
    }

    private Path file() {
        return home.resolve("audit/audit.jsonl");
    }

    private static List<AuditEvent> closes(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(TestEvents::close).toList();
    }

    private List<Long> sequences(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> AuditLine.read(line).sequence())
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(file().getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.auditSinks())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("audit-file"));
    }

    @Test
    void hasDefaults() throws IOException {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + "=" + setting.defaultValue())
                .containsExactly(
                        "path=Optional[audit/audit.jsonl]", "max-size=Optional[67108864]", "max-files=Optional[10]");
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).isEmpty();
            assertThat(sink.append(closes(1, 3))).isEqualTo(3);
        }
        assertThat(sequences(file())).containsExactly(1L, 2L, 3L);
        assertThat(names()).containsExactly("audit.jsonl", "audit.jsonl.lock");
    }

    @Test
    void touchesNothingElsewhereWhenItIsOnlyChecked(@TempDir Path elsewhere) throws IOException {
        TestContext check = new TestContext("local", home, Clock.systemUTC()).onlyChecked();
        TestSettings there = TestSettings.of(factory).with(AuditFileSinkFactory.PATH, elsewhere.resolve("a/log"));
        factory.create(there, check).close();
        assertThat(elsewhere).isEmptyDirectory();
        try (AuditSink running = create(there)) {
            running.append(closes(1, 1));
            factory.create(there, check).close();
            assertThat(running.append(closes(2, 2))).isEqualTo(2);
        }
        TestSettings folder = TestSettings.of(factory).with(AuditFileSinkFactory.PATH, elsewhere);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> factory.create(folder, check))
                .withMessageContaining("is not writable");
    }

    @Test
    void mapsEverySetting() throws IOException {
        Path path = home.resolve("elsewhere/deep/log");
        try (AuditSink sink = create(TestSettings.of(factory)
                .with(AuditFileSinkFactory.PATH, path)
                .with(AuditFileSinkFactory.MAX_SIZE, 4096L)
                .with(AuditFileSinkFactory.MAX_FILES, 2))) {
            for (long sequence = 1; sequence <= 40; sequence++) {
                sink.append(closes(sequence, sequence));
            }
        }
        try (Stream<Path> files = Files.list(path.getParent())) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(names).hasSize(4).first().isEqualTo("log");
            assertThat(names.subList(1, 3)).allMatch(name -> name.startsWith("log-20260601T120000Z-"));
        }
    }

    @Test
    void tellsEveryProblem() throws IOException {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(AuditFileSinkFactory.MAX_SIZE, 4095L)))
                .withMessage("gatehouse.yaml:1:1: expected at least 4KiB");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(AuditFileSinkFactory.MAX_FILES, 0)))
                .withMessage("gatehouse.yaml:1:1: expected at least 1");
        Path blocked = Files.createDirectories(home.resolve("taken"));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(AuditFileSinkFactory.PATH, blocked)))
                .withMessageStartingWith("gatehouse.yaml:1:1: " + blocked + " can not be written: ");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerCanRead() throws IOException {
        try (AuditSink sink = create(TestSettings.of(factory).with(AuditFileSinkFactory.MAX_SIZE, 4096L))) {
            sink.append(closes(1, 5));
            sink.append(closes(6, 10));
        }
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rw-------"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
                .isEqualTo("rwx------");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        create().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void fullFilesAreKeptInOrderAndNothingIsLostBelowTheMaximum() throws IOException {
        try (AuditSink sink = create(TestSettings.of(factory)
                .with(AuditFileSinkFactory.MAX_SIZE, 4096L)
                .with(AuditFileSinkFactory.MAX_FILES, 100))) {
            for (long sequence = 1; sequence <= 100; sequence += 2) {
                sink.append(closes(sequence, sequence + 1));
            }
        }
        List<Long> all = new ArrayList<>();
        for (Path full : new FullFiles(file(), 100, Clock.systemUTC()).list()) {
            assertThat(Files.size(full)).isLessThanOrEqualTo(4096);
            all.addAll(sequences(full));
        }
        all.addAll(sequences(file()));
        assertThat(all).isEqualTo(LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(names()).hasSizeGreaterThan(12);
    }

    @Test
    void goesOnWhereItEnded() throws IOException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 2));
        }
        try (AuditSink sink = create()) {
            sink.append(closes(3, 3));
        }
        assertThat(sequences(file())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aLineThatACrashCutShortIsRemoved() throws IOException {
        for (String torn : List.of("{\"kind\":\"clo", "\u0000".repeat(20_000), "x".repeat(9000))) {
            Files.deleteIfExists(file());
            try (AuditSink sink = create()) {
                sink.append(closes(1, 2));
            }
            Files.writeString(file(), torn, StandardOpenOption.APPEND);
            try (AuditSink sink = create()) {
                sink.append(closes(3, 3));
            }
            assertThat(sequences(file())).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aBatchThatFailedHalfWayIsNotWrittenTwice() throws IOException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 2));
            Files.write(file(), Files.readAllBytes(file()), StandardOpenOption.APPEND);
            sink.append(closes(3, 3));
        }
        assertThat(sequences(file())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anInterruptedBatchCanBeOfferedAgain() throws IOException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 2));
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> sink.append(closes(3, 4)));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(sink.append(closes(3, 4))).isEqualTo(4);
        }
        assertThat(sequences(file())).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aFileThatWasMovedOrCutIsNoticed() throws IOException {
        Path moved = home.resolve("moved");
        try (AuditSink sink = create()) {
            sink.append(closes(1, 2));
            Files.move(file(), moved);
            sink.append(closes(3, 4));
            Files.write(file(), new byte[0]);
            sink.append(closes(5, 5));
        }
        assertThat(sequences(moved)).containsExactly(1L, 2L);
        assertThat(sequences(file())).containsExactly(5L);
    }

    @Test
    void opensWithoutACloseAreFoundAcrossFiles() throws IOException {
        try (AuditSink sink = create(TestSettings.of(factory).with(AuditFileSinkFactory.MAX_SIZE, 4096L))) {
            sink.append(List.of(TestEvents.open(1), TestEvents.open(2), TestEvents.open(3)));
            sink.append(closes(4, 10));
            sink.append(closes(11, 17));
            sink.append(List.of(TestEvents.closeOf(TestEvents.open(2), 18), TestEvents.open(19)));
        }
        Files.writeString(file(), "no record\n", StandardOpenOption.APPEND);
        assertThat(names()).hasSizeGreaterThan(3);
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).containsExactly(TestEvents.open(1), TestEvents.open(3), TestEvents.open(19));
            sink.append(List.of(TestEvents.closeOf(TestEvents.open(1), 20)));
        }
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).containsExactly(TestEvents.open(3), TestEvents.open(19));
        }
    }

    @Test
    void oddRequestIdsAreFoundToo() throws IOException {
        AuditEvent umlaut = TestEvents.event(1, AuditEvent.Kind.OPEN, "\u00fc\ud83e\udd81", "/\u00fc");
        AuditEvent quote = TestEvents.event(2, AuditEvent.Kind.OPEN, "a\"b", "/");
        AuditEvent left = TestEvents.event(3, AuditEvent.Kind.OPEN, "\u00e9", "/\u00e9");
        try (AuditSink sink = create()) {
            sink.append(List.of(umlaut, quote, left, TestEvents.closeOf(umlaut, 4), TestEvents.closeOf(quote, 5)));
            assertThat(sink.unfinished()).containsExactly(left);
        }
    }

    @Test
    void aSuccessorWaitsForItsPredecessor() throws IOException {
        AuditSink old = create();
        AuditSink successor = create(TestSettings.of(factory).with(AuditFileSinkFactory.MAX_FILES, 3));
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> successor.append(closes(2, 2)))
                .havingCause()
                .withMessage(file() + " is still being written by the predecessor of this sink");
        old.append(closes(1, 1));
        old.close();
        assertThat(successor.append(closes(2, 2))).isEqualTo(2);
        successor.close();
        assertThat(sequences(file())).containsExactly(1L, 2L);
    }

    @Test
    void anotherProcessIsKeptOut() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        Files.createDirectories(file().getParent())
                                .resolve("audit.jsonl.lock")
                                .toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('L');
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(this::create)
                    .withMessage("gatehouse.yaml:1:1: " + file() + " is written by another process");
        } finally {
            other.destroyForcibly().waitFor();
        }
        create().close();
    }
}
