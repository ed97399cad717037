package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestEvents;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink in H2. */
class AuditJdbcSinkTest extends AuditSinkCases {

    @TempDir
    private Path home;

    @Override
    AuditSink create(TestSettings settings) {
        return factory.create(settings, new TestContext("local", home, clock));
    }

    @Override
    TestSettings settings() {
        return TestSettings.of(factory);
    }

    @Override
    Database database() {
        return new H2Database(home.resolve("audit"), "gatehouse", Secret.of(""), new AuditTables(), clock);
    }

    private Path file() {
        return home.resolve("audit.mv.db");
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.auditSinks())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("audit-jdbc"));
    }

    @Test
    void touchesNothingElsewhereWhenItIsOnlyChecked(@TempDir Path elsewhere) {
        TestContext check = new TestContext("local", home, clock).onlyChecked();
        TestSettings there = settings().with(DatabaseSettings.URL, "jdbc:h2:file:" + elsewhere.resolve("audit"));
        factory.create(there, check).close();
        assertThat(elsewhere).isEmptyDirectory();
        try (AuditSink running = create(there)) {
            running.append(closes(1, 1));
            factory.create(there, check).close();
            assertThat(running.append(closes(2, 2))).isEqualTo(2);
        }
    }

    @Test
    void takesOverATableOfTheFirstSchema() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 1));
        }
        try (Connection connection = database().open();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table audit_event drop column impersonated_user, credential");
            statement.execute("drop table audit_run, audit_sweep");
            statement.execute("alter table audit_event alter column id set cache 32");
            statement.execute("update audit_schema set version = 1");
            connection.commit();
        }
        try (AuditSink sink = create()) {
            sink.append(closes(2, 2));
        }
        assertThat(query("select coalesce(impersonated_user, 'none') from audit_event order by sequence"))
                .containsExactly("none", "bob");
        assertThat(query("select coalesce(credential, 'none') from audit_event order by sequence"))
                .containsExactly("none", "session");
        assertThat(query("select max(version) from audit_schema")).containsExactly("4");
        assertThat(query("select identity_cache from information_schema.columns where table_name = 'AUDIT_EVENT'"
                        + " and identity_cache is not null"))
                .containsExactly("2000");
    }

    @Test
    void takesOverATableOfTheThirdSchema() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 1));
        }
        try (Connection connection = database().open();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table audit_event drop column credential");
            statement.execute("update audit_schema set version = 3");
            connection.commit();
        }
        try (AuditSink sink = create()) {
            sink.append(closes(2, 2));
        }
        assertThat(query("select coalesce(credential, 'none') from audit_event order by sequence"))
                .containsExactly("none", "session");
        assertThat(query("select max(version) from audit_schema")).containsExactly("4");
    }

    @Test
    void hasDefaults() throws SQLException {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + "=" + setting.defaultValue())
                .containsExactly(
                        "url=Optional.empty",
                        "user=Optional[gatehouse]",
                        "password=Optional[***]",
                        "ca=Optional.empty",
                        "retention=Optional[PT2160H]");
        try (AuditSink sink = create()) {
            assertThat(sink.append(closes(1, 3))).isEqualTo(3);
        }
        assertThat(query("select sequence from audit_event order by id")).containsExactly("1", "2", "3");
    }

    @Test
    void mapsEverySetting() {
        TestSettings mapped = settings()
                .with(DatabaseSettings.URL, "jdbc:h2:file:" + home.resolve("deep/er/events"))
                .with(DatabaseSettings.USER, "auditor")
                .with(DatabaseSettings.PASSWORD, Secret.of("hush"))
                .with(AuditJdbcSinkFactory.RETENTION, Duration.ZERO);
        create(mapped).close();
        assertThat(home.resolve("deep/er/events.mv.db")).exists();
        create(mapped).close();
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(mapped.with(DatabaseSettings.PASSWORD, Secret.of("other"))))
                .withMessage("gatehouse.yaml:1:1: database " + home.resolve("deep/er/events")
                        + " does not take this user and password");
        create(settings().with(DatabaseSettings.URL, home.resolve("plain").toString()))
                .close();
        assertThat(home.resolve("plain.mv.db")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:mem:x",
                "jdbc:h2:tcp://localhost/x",
                "jdbc:h2:~/x",
                "jdbc:h2:file:~/x",
                "jdbc:h2:file:/x;INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
                "jdbc:h2:file:/x;AUTO_SERVER=TRUE",
                "jdbc:h2:file:nio:/x",
                "jdbc:h2:file:",
                "/x;MODE=MySQL",
                "/x/",
                "jdbc:mysql://localhost/x",
                ""
            })
    void anyOtherUrlIsAProblem(String url) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(DatabaseSettings.URL, url)))
                .withMessage("gatehouse.yaml:1:1: expected jdbc:h2:file:<path>, a path without options,"
                        + " or jdbc:postgresql://host/database");
    }

    @Test
    void tellsEveryProblem() throws IOException {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ofMinutes(1))))
                .withMessage("gatehouse.yaml:1:1: expected at least 1h, or 0s to keep everything");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(DatabaseSettings.USER, "")))
                .withMessage("gatehouse.yaml:1:1: expected a name");
        Path noFolder = Files.writeString(home.resolve("file"), "x").resolve("audit");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings().with(DatabaseSettings.URL, noFolder.toString())))
                .withMessageStartingWith("gatehouse.yaml:1:1: database " + noFolder + " can not be created: ");
    }

    @Test
    void aDamagedDatabaseIsTold() throws IOException {
        Files.write(file(), "no database at all ".repeat(1000).getBytes());
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(this::create)
                .withMessage("gatehouse.yaml:1:1: database " + home.resolve("audit")
                        + " is damaged or not an H2 database; move it away to begin a new one");
    }

    @Test
    void aNewerSchemaIsTold() throws SQLException {
        create().close();
        try (Connection connection = database().open();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into audit_schema values (9)");
            connection.commit();
        }
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(this::create)
                .withMessage("gatehouse.yaml:1:1: database " + home.resolve("audit")
                        + " was written by a newer release (schema 9)");
    }

    /** H2 2.5.252 lost the last of them, and after a while all; what counts is the version that is pinned. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20, 200})
    void whatWasAcknowledgedSurvivesTheEndOfItsProcess(int batches) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessWriter.class.getName(),
                        home.resolve("audit").toString(),
                        Integer.toString(batches))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long acknowledged = writer.inputReader().lines().count();
        assertThat(writer.waitFor()).isEqualTo(9);
        assertThat(acknowledged).isEqualTo(batches);
        assertThat(query("select count(*) from audit_event")).containsExactly(Integer.toString(batches));
    }

    @Test
    void anotherProcessIsKeptOut() throws Exception {
        create().close();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DatabaseHolder.class.getName(),
                        home.resolve("audit").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('L');
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(this::create)
                    .withMessage(
                            "gatehouse.yaml:1:1: database " + home.resolve("audit") + " is open in another process");
        } finally {
            other.destroyForcibly().waitFor();
        }
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).as("survives the end of its process").containsExactly(TestEvents.open(1));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerCanReadAndNothingElseIsWritten() throws IOException {
        Path deep = home.resolve("deep/audit");
        try (AuditSink sink = create(settings().with(DatabaseSettings.URL, deep.toString()))) {
            sink.append(closes(1, 100));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.getParent())))
                .isEqualTo("rwx------");
        try (var files = Files.list(deep.getParent())) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void opensWithoutACloseAreFound() {
        AuditEvent bare = new AuditEvent(
                6,
                "run-1",
                AuditEvent.Kind.OPEN,
                "bare",
                TestEvents.TIME,
                Optional.empty(),
                new AuditEvent.Request("", "", "", "", "", "", "", "", Optional.empty()),
                new AuditEvent.Verdict("allow", ""),
                Optional.empty());
        try (AuditSink sink = create()) {
            sink.append(List.of(TestEvents.open(1), TestEvents.open(2)));
            sink.append(
                    List.of(TestEvents.close(3), TestEvents.closeOf(TestEvents.open(1), 4), TestEvents.open(5), bare));
        }
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).containsExactly(TestEvents.open(2), TestEvents.open(5), bare);
            sink.append(List.of(TestEvents.closeOf(TestEvents.open(2), 7), TestEvents.closeOf(bare, 8)));
        }
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).containsExactly(TestEvents.open(5));
        }
    }

    @Test
    void aCloseThatASuccessorWroteCounts() {
        try (AuditSink old = create();
                AuditSink successor = create(settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ZERO))) {
            old.append(List.of(TestEvents.open(1)));
            successor.append(List.of(TestEvents.closeOf(TestEvents.open(1), 2)));
        }
        try (AuditSink sink = create()) {
            assertThat(sink.unfinished()).isEmpty();
        }
    }
}
