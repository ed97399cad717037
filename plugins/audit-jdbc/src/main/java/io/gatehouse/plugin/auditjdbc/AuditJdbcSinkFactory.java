package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.io.IOException;
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
        Path file = H2Database.file(settings, URL, "audit", context);
        Duration retention = settings.get(RETENTION);
        if (retention.isNegative() || !retention.isZero() && retention.compareTo(Duration.ofHours(1)) < 0) {
            throw settings.problem(RETENTION, "expected at least 1h, or 0s to keep everything");
        }
        if (settings.get(USER).isEmpty()) {
            throw settings.problem(USER, "expected a name");
        }
        H2Database database = new H2Database(file, settings.get(USER), settings.get(PASSWORD), AuditTables::create);
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
            throw settings.problem(URL, "database " + file + " " + H2Database.explain(e));
        } catch (IOException e) {
            throw settings.problem(URL, "database " + file + " can not be created: " + e);
        }
    }
}
