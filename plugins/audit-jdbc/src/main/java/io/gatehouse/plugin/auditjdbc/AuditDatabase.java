package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/**
 * An embedded H2 database in one file that only its owner can read: no server, no console, no other process, and no option
 * from the configuration reaches its URL.
 *
 * <p>{@code WRITE_DELAY=0}: a commit is handed to the system before it returns, so that it survives the end of the
 * process, however that ends; when the machine loses its power the last moments may be missing.
 */
final class AuditDatabase {

    private static final int SCHEMA_VERSION = 2;
    private static final String OPTIONS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
            + ";TRACE_LEVEL_SYSTEM_OUT=0;AUTO_SERVER=FALSE;LOCK_TIMEOUT=10000";

    private final String options;
    private final Path path;
    private final String user;
    private final Secret password;
    private final Driver driver = new Driver();

    /** @param path without H2's own ending */
    AuditDatabase(Path path, String user, Secret password) {
        this(path, user, password, "");
    }

    /** @param more options of H2, each after a semicolon */
    AuditDatabase(Path path, String user, Secret password, String more) {
        this.options = OPTIONS + more;
        this.path = path;
        this.user = user;
        this.password = password;
        // The driver registers itself where it would outlive this plugin.
        Driver.unload();
    }

    Path file() {
        return path.resolveSibling(path.getFileName() + ".mv.db");
    }

    /** Makes the folders and the empty file, so that they are closed to others from their first moment on. */
    void createFile() throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.isDirectory(path.getParent())) {
            Files.createDirectories(path.getParent(), permissions(posix, "rwx------"));
        }
        if (!Files.exists(file())) {
            Files.createFile(file(), permissions(posix, "rw-------"));
        } else if (posix) {
            Files.getFileAttributeView(file(), PosixFileAttributeView.class)
                    .setPermissions(PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** Tells, touching nothing, whether the file could be written or made. */
    void checkFile() throws IOException {
        Path existing = file();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isWritable(existing) || existing.equals(file()) == Files.isDirectory(existing)) {
            throw new IOException(existing + " is not writable");
        }
    }

    private static FileAttribute<?>[] permissions(boolean posix, String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** A connection without automatic commit, to a database that has its tables. */
    Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password.reveal());
        Connection connection = driver.connect("jdbc:h2:file:" + path + options, properties);
        try {
            connection.setAutoCommit(false);
            createTables(connection);
            connection.commit();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists audit_schema (version integer not null)");
            int found;
            try (ResultSet version = statement.executeQuery("select max(version) from audit_schema")) {
                version.next();
                found = version.getInt(1);
            }
            if (found > SCHEMA_VERSION) {
                throw new SQLException("was written by a newer release (schema " + found + ")", "GATE1");
            }
            if (found == SCHEMA_VERSION) {
                return;
            }
            if (found == 1) {
                statement.execute(EventTable.ADD_IMPERSONATED);
            } else {
                for (String sql : EventTable.CREATE) {
                    statement.execute(sql);
                }
            }
            statement.execute("insert into audit_schema values (" + SCHEMA_VERSION + ")");
        }
    }

    /** What an administrator has to know of a failure, as in "database x …". */
    static String explain(SQLException e) {
        if ("GATE1".equals(e.getSQLState())) {
            return e.getMessage();
        }
        return switch (e.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 -> "is open in another process";
            case ErrorCode.WRONG_USER_OR_PASSWORD -> "does not take this user and password";
            case ErrorCode.FILE_CORRUPTED_1, ErrorCode.FILE_VERSION_ERROR_1 ->
                "is damaged or not an H2 database;" + " move it away to begin a new one";
            default -> "fails: " + e.getMessage().lines().findFirst().orElse("") + " (H2 " + e.getErrorCode() + ")";
        };
    }
}
