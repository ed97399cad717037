package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.Secret;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL server. Everything that is asked of it is bounded: by the server for a statement, and by the driver for a
 * server that does not answer at all.
 */
final class PostgresDatabase implements Database {

    /** One slow answer holds up nobody else; a store is asked for little. */
    private static final int CONNECTIONS = 3;

    private static final int CONNECT_SECONDS = 5;
    private static final int STATEMENT_SECONDS = 5;

    /** For an answer, and for a whole login; longer than a statement may take: the server's own word comes first. */
    private static final int SOCKET_SECONDS = 8;

    /** A connection whose other end is gone is let go by the server within a minute, with its locks. */
    private static final String SESSION = "set statement_timeout = '" + STATEMENT_SECONDS + "s';"
            + " set idle_in_transaction_session_timeout = '10s';"
            + " set default_transaction_isolation = 'read committed';"
            + " set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3";

    /** The SQL state of a database that can not hold every text. */
    private static final String NOT_UTF8 = "GATE2";

    /** Replicas that start at the same time make the tables one after the other. */
    private static final String ONE_AT_A_TIME = "select pg_advisory_xact_lock(5174627431)";

    private final PostgresAddress address;
    private final String user;
    private final Secret password;
    private final Optional<Path> authorities;
    private final Tables tables;
    private final Driver driver = new Driver();

    /** @param authorities a file of certificates, PEM; without it the JVM's own count */
    PostgresDatabase(PostgresAddress address, String user, Secret password, Optional<Path> authorities, Tables tables) {
        this.address = address;
        this.user = user;
        this.password = password;
        this.authorities = authorities;
        this.tables = tables;
        deregister();
    }

    /** The driver registers itself where it would outlive this plugin. */
    private static void deregister() {
        try {
            if (Driver.isRegistered()) {
                Driver.deregister();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the driver can not be taken out of the list of all", e);
        }
    }

    @Override
    public Connection open() throws SQLException {
        Connection connection = connect();
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(ONE_AT_A_TIME);
            }
            tables.create(connection);
            connection.commit();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = driver.connect(address.url(), properties());
        try (Statement statement = connection.createStatement()) {
            statement.execute(SESSION);
            checkEncoding(statement);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** In another encoding a request could have a text that is refused, for ever, and with it all that wait behind it. */
    private static void checkEncoding(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("show server_encoding")) {
            row.next();
            if (!"UTF8".equals(row.getString(1))) {
                throw new SQLException(
                        "has the encoding " + row.getString(1)
                                + "; expected UTF8: create another with encoding 'UTF8' template template0",
                        NOT_UTF8);
            }
        }
    }

    private Properties properties() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password.reveal());
        PGProperty.APPLICATION_NAME.set(properties, "gatehouse");
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.LOGIN_TIMEOUT.set(properties, SOCKET_SECONDS);
        PGProperty.SOCKET_TIMEOUT.set(properties, SOCKET_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.REWRITE_BATCHED_INSERTS.set(properties, true);
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false); // it would hold values of the row
        PGProperty.SSL_MODE.set(properties, address.tls().word());
        address.schema().ifPresent(schema -> PGProperty.CURRENT_SCHEMA.set(properties, schema));
        if (address.tls() != PostgresAddress.Tls.DISABLE) {
            authorities.ifPresentOrElse(
                    file -> PGProperty.SSL_ROOT_CERT.set(properties, file.toString()),
                    () -> PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory"));
        }
        return properties;
    }

    @Override
    public int connections() {
        return CONNECTIONS;
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public long millis(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public Optional<String> tryConnection() {
        try (Connection connection = connect()) {
            return Tables.has(connection, tables.first()) || mayMakeTables(connection)
                    ? Optional.empty()
                    : Optional.of("database " + this + " has no tables yet, and " + user + " may not make any");
        } catch (SQLException e) {
            return Optional.of("database " + this + " " + explain(e));
        }
    }

    private static boolean mayMakeTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select coalesce(has_schema_privilege(current_schema, 'create'), false)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    @Override
    public String explain(SQLException failure) {
        SQLException told = failure instanceof BatchUpdateException && failure.getNextException() != null
                ? failure.getNextException() // its own message holds the row
                : failure;
        String state = String.valueOf(told.getSQLState());
        return switch (state) {
            case NEWER, NOT_UTF8 -> told.getMessage();
            case "28000", "28P01" -> "does not take this user and password";
            case "3D000" -> "does not exist";
            case "42501" -> "does not let " + user + " do that: " + line(told);
            case "3F000" -> "has no schema to make tables in";
            case "53300" -> "has no connection left";
            case "57014" -> "did not answer within " + STATEMENT_SECONDS + " seconds";
            case "57P01", "57P02", "57P03" -> "is starting or stopping";
            default -> state.startsWith("08") ? unreachable(told) : "fails: " + line(told) + " (" + state + ")";
        };
    }

    private static String unreachable(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "can not be reached: its host is unknown";
            }
            if (cause instanceof SocketTimeoutException) {
                return "can not be reached: it does not answer";
            }
            if (cause instanceof ConnectException) {
                return "can not be reached: nobody listens there";
            }
        }
        return "can not be reached: " + line(failure);
    }

    private static String line(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
