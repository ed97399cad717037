package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Makes the audit sink {@code audit-jdbc}. The database is opened here, so that a bad one is told early. */
public final class AuditJdbcSinkFactory implements AuditSinkFactory {

    /** Which database. */
    public static final Setting<String> URL = Setting.text(
            "url", "jdbc:h2:file:<path> without options; without it a database in Gatehouse's own data folder");
    /** The database's user. */
    public static final Setting<String> USER =
            Setting.text("user", "The database user").orElse("gatehouse");
    /** The database user's password. */
    public static final Setting<Secret> PASSWORD =
            Setting.secret("password", "The database user's password").orElse(Secret.of(""));
    /** How long rows are kept. */
    public static final Setting<Duration> RETENTION = Setting.duration(
                    "retention", "Rows older than this are deleted; 0s keeps them for ever")
            .orElse(Duration.ofDays(90));

    private static final String H2_FILE = "jdbc:h2:file:";

    @Override
    public String name() {
        return "audit-jdbc";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(URL, USER, PASSWORD, RETENTION);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public AuditSink create(Settings settings, PluginContext context) {
        Path file = file(settings, context);
        Duration retention = settings.get(RETENTION);
        if (retention.isNegative() || !retention.isZero() && retention.compareTo(Duration.ofHours(1)) < 0) {
            throw settings.problem(RETENTION, "expected at least 1h, or 0s to keep everything");
        }
        if (settings.get(USER).isEmpty()) {
            throw settings.problem(USER, "expected a name");
        }
        AuditDatabase database = new AuditDatabase(file, settings.get(USER), settings.get(PASSWORD));
        AuditJdbcSink sink = new AuditJdbcSink(database, retention, context.clock());
        try {
            if (context.checkOnly() && !file.startsWith(context.dataDirectory())) {
                database.checkFile();
            } else {
                database.createFile();
                sink.prepare();
            }
            return sink;
        } catch (SQLException e) {
            sink.close();
            throw settings.problem(URL, "database " + file + " " + AuditDatabase.explain(e));
        } catch (IOException e) {
            throw settings.problem(URL, "database " + file + " can not be created: " + e);
        }
    }

    private static Path file(Settings settings, PluginContext context) {
        String url = settings.find(URL).orElse(H2_FILE + "audit");
        if (url.startsWith("jdbc:postgresql:")) {
            throw settings.problem(URL, "PostgreSQL is not supported by this release; expected " + H2_FILE + "<path>");
        }
        String path = url.startsWith(H2_FILE) ? url.substring(H2_FILE.length()) : url;
        // A colon would choose another file system of H2's, a semicolon its options (INIT runs SQL, AUTO_SERVER
        // listens).
        boolean plain = path.matches("[^;:?*~\"'\\\\\\p{Cntrl}]+") && !path.endsWith("/");
        if (!plain) {
            throw settings.problem(URL, "expected " + H2_FILE + "<path>, a path without options");
        }
        try {
            return context.dataDirectory().resolve(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw settings.problem(URL, "expected " + H2_FILE + "<path>, a path without options");
        }
    }
}
