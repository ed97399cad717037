package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes the audit sink {@code audit-jdbc}. */
public final class AuditJdbcSinkFactory implements AuditSinkFactory {

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
        List<Setting<?>> settings = new ArrayList<>(DatabaseSettings.list());
        settings.add(RETENTION);
        return List.copyOf(settings);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public AuditSink create(Settings settings, PluginContext context) {
        Duration retention = settings.get(RETENTION);
        if (retention.isNegative() || !retention.isZero() && retention.compareTo(Duration.ofHours(1)) < 0) {
            throw settings.problem(RETENTION, "expected at least 1h, or 0s to keep everything");
        }
        return DatabaseSettings.make(
                settings,
                context,
                "audit",
                new AuditTables(),
                database -> new AuditJdbcSink(database, retention, context.clock()));
    }
}
