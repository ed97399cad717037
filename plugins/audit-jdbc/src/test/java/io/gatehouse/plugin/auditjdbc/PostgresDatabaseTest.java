package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StoreUnavailableException;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a server, with one and without. */
class PostgresDatabaseTest {

    @TempDir
    private Path home;

    private final JdbcStateStoreFactory factory = new JdbcStateStoreFactory();

    private StateStore create(TestSettings settings) {
        return factory.create(settings, TestContext.in(home));
    }

    private static PostgresDatabase database(String rest, String user, Secret password, Optional<Path> authorities) {
        return new PostgresDatabase(
                PostgresAddress.parse("jdbc:postgresql://" + rest, authorities.isPresent()),
                user,
                password,
                authorities,
                new StateTables());
    }

    /** A port where nobody listens any more. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aServerThatIsDownDoesNotStopTheStart() throws IOException {
        int port = freePort();
        try (StateStore store = create(
                TestSettings.of(factory).with(DatabaseSettings.URL, "jdbc:postgresql://127.0.0.1:" + port + "/gate"))) {
            String said = "database 127.0.0.1:" + port + "/gate can not be reached: nobody listens there";
            assertThat(store.tryConnection()).isEqualTo(Optional.of(said));
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read("session", "a"))
                    .withMessage(said);
        }
    }

    /** It takes the connection and never says a word. */
    @Test
    void aServerThatHangsIsNotWaitedForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                StateStore store = create(TestSettings.of(factory)
                        .with(
                                DatabaseSettings.URL,
                                "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/gate"))) {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.read("session", "a"))
                    .withMessageContaining("can not be reached: ");
        }
    }

    @Test
    void tellsWhatCanNotBe() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() ->
                        create(TestSettings.of(factory).with(DatabaseSettings.URL, "jdbc:postgresql://db/x?ssl=false")))
                .withMessage("gatehouse.yaml:1:1: " + PostgresAddress.EXPECTED);
        ConfigFile noCertificate = new ConfigFile(Path.of("ca.crt"), "nothing".getBytes());
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory)
                        .with(DatabaseSettings.URL, "jdbc:postgresql://db/x")
                        .with(DatabaseSettings.AUTHORITIES, noCertificate)))
                .withMessage("gatehouse.yaml:1:1: ca.crt has no certificate: expected PEM");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory)
                        .with(DatabaseSettings.URL, "jdbc:postgresql://db/x?sslmode=disable")
                        .with(DatabaseSettings.AUTHORITIES, noCertificate)))
                .withMessage("gatehouse.yaml:1:1: expected ca or sslmode=disable, not both");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(TestSettings.of(factory).with(DatabaseSettings.AUTHORITIES, noCertificate)))
                .withMessage("gatehouse.yaml:1:1: expected no ca for a file");
    }

    /** The driver's own message of a batch holds the row. */
    @Test
    void showsNothingOfARow() {
        BatchUpdateException batch =
                new BatchUpdateException("Batch entry 0 insert … ('alice') was aborted", "23505", 0, new int[0]);
        batch.setNextException(new SQLException("ERROR: duplicate key\n  Detail: (alice)", "23505"));
        assertThat(database("db/x", "gatehouse", Secret.of(""), Optional.empty())
                        .explain(batch))
                .isEqualTo("fails: ERROR: duplicate key (23505)");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = PostgresServer.VARIABLE, matches = ".+")
    void anEncodingThatCanNotHoldEveryTextIsRefused() {
        String latin = PostgresServer.url().replaceAll("jdbc:postgresql://|/[^/]*$", "") + "/latin1";
        String said = "has the encoding LATIN1; expected UTF8: create another with encoding 'UTF8' template template0";
        PostgresDatabase database =
                database(latin, "gatehouse", PostgresServer.password(), Optional.of(PostgresServer.authorities()));
        assertThat(database.tryConnection()).contains("database " + latin + " " + said);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(database::open)
                .satisfies(e -> assertThat(database.explain(e)).isEqualTo(said));
    }

    @Test
    @EnabledIfEnvironmentVariable(named = PostgresServer.VARIABLE, matches = ".+")
    void saysWhatIsWrongInALine() {
        String server = PostgresServer.url().replaceAll("jdbc:postgresql://|/[^/]*$", "");
        Optional<Path> authorities = Optional.of(PostgresServer.authorities());
        assertThat(database(server + "/gatehouse", "gatehouse", PostgresServer.password(), authorities)
                        .tryConnection())
                .isEmpty();
        assertThat(database(server + "/gatehouse", "gatehouse", Secret.of("wrong"), authorities)
                        .tryConnection())
                .contains("database " + server + "/gatehouse does not take this user and password");
        assertThat(database(server + "/nowhere", "gatehouse", PostgresServer.password(), authorities)
                        .tryConnection())
                .contains("database " + server + "/nowhere does not exist");
        PostgresDatabase nobody = database(server + "/postgres", "nobody", Secret.of("Secret-of-nobody1"), authorities);
        assertThat(nobody.tryConnection())
                .contains("database " + server + "/postgres has no tables yet, and nobody may not make any");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(nobody::open)
                .satisfies(e -> assertThat(nobody.explain(e))
                        .isEqualTo("does not let nobody do that: ERROR: permission denied for schema public"));
        assertThat(database(server + "/gatehouse", "gatehouse", PostgresServer.password(), Optional.empty())
                        .tryConnection()
                        .orElseThrow())
                .as("in clear")
                .doesNotContain("Secret")
                .contains("does not take this user");
        assertThat(database(
                                server.replace("localhost", "127.0.0.1") + "/gatehouse",
                                "gatehouse",
                                PostgresServer.password(),
                                authorities)
                        .tryConnection()
                        .orElseThrow())
                .as("a certificate for another name")
                .contains("can not be reached: ");
    }
}
