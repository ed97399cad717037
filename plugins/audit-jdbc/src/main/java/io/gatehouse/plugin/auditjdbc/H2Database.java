package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
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
final class H2Database implements Database {

    private static final String OPTIONS = ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
            + ";TRACE_LEVEL_SYSTEM_OUT=0;AUTO_SERVER=FALSE;LOCK_TIMEOUT=10000";

    private static final String H2_FILE = "jdbc:h2:file:";
    static final String EXPECTED =
            "expected " + H2_FILE + "<path>, a path without options, or " + PostgresAddress.SCHEME + "//host/database";

    private final Clock clock;
    private final String options;
    private final Tables tables;
    private final Path path;
    private final String user;
    private final Secret password;
    private final Driver driver = new Driver();

    /** @param path without H2's own ending */
    H2Database(Path path, String user, Secret password, Tables tables, Clock clock) {
        this(path, user, password, tables, clock, "");
    }

    /** @param more options of H2, each after a semicolon */
    H2Database(Path path, String user, Secret password, Tables tables, Clock clock, String more) {
        this.clock = clock;
        this.options = OPTIONS + more;
        this.tables = tables;
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

    @Override
    public Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password.reveal());
        Connection connection = driver.connect("jdbc:h2:file:" + path + options, properties);
        try {
            connection.setAutoCommit(false);
            tables.create(connection);
            connection.commit();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public int connections() {
        return 1;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public long millis(Connection connection) {
        return clock.millis();
    }

    /** It was opened when it was made. */
    @Override
    public Optional<String> tryConnection() {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /**
     * The file that a setting names, H2's own ending left out.
     *
     * @param url {@code jdbc:h2:file:<path>} or the path alone
     * @param folder where a relative path counts from
     * @return nothing when it is none, or has options
     */
    static Optional<Path> path(String url, Path folder) {
        String path = url.startsWith(H2_FILE) ? url.substring(H2_FILE.length()) : url;
        // A colon would choose another file system of H2's, a semicolon its options (INIT runs SQL, AUTO_SERVER
        // listens).
        boolean plain = path.matches("[^;:?*~\"'\\\\\\p{Cntrl}]+") && !path.endsWith("/");
        try {
            return plain ? Optional.of(folder.resolve(path).toAbsolutePath().normalize()) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public String explain(SQLException e) {
        if (NEWER.equals(e.getSQLState())) {
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
