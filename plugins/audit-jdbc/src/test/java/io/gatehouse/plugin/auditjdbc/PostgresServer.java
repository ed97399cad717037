package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.PluginFactory;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The server that e2e/postgres.sh starts for these tests; every test gets an empty schema of its own. */
final class PostgresServer {

    /** Its database, as {@code jdbc:postgresql://localhost:5432/gatehouse}; without it these tests are not run. */
    static final String VARIABLE = "GATEHOUSE_POSTGRES_URL";

    static final String USER = "gatehouse";

    private PostgresServer() {}

    static String url() {
        return System.getenv(VARIABLE);
    }

    static Secret password() {
        return Secret.of(System.getenv("GATEHOUSE_POSTGRES_PASSWORD"));
    }

    static Path authorities() {
        return Path.of(System.getenv("GATEHOUSE_POSTGRES_CA"));
    }

    static TestSettings settings(PluginFactory<?> factory, String url) {
        try {
            return TestSettings.of(factory)
                    .with(DatabaseSettings.URL, url)
                    .with(DatabaseSettings.PASSWORD, password())
                    .with(
                            DatabaseSettings.AUTHORITIES,
                            new ConfigFile(authorities(), Files.readAllBytes(authorities())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static PostgresDatabase database(String options, Database.Tables tables) {
        return new PostgresDatabase(
                PostgresAddress.parse(url() + options, true), USER, password(), Optional.of(authorities()), tables);
    }

    /** No tables: nothing is made when it is opened. */
    static final Database.Tables NONE = new Database.Tables() {
        @Override
        public String first() {
            return "none";
        }

        @Override
        public void create(Connection connection) {}
    };

    /** Empties a schema and returns the URL of it. */
    static String emptySchema() {
        try (Connection connection = database("", NONE).open();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists test cascade");
            statement.execute("create schema test");
            connection.commit();
            return url() + "?currentSchema=test";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
