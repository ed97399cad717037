package io.gatehouse.plugin.auditfile;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Makes the audit sink {@code audit-file}. The file is opened, repaired and locked here, so that a bad path is told early. */
public final class AuditFileSinkFactory implements AuditSinkFactory {

    /** Where the file is. */
    public static final Setting<Path> PATH =
            Setting.path("path", "The file that is written").orElse(Path.of("audit", "audit.jsonl"));
    /** When a new file is begun. */
    public static final Setting<Long> MAX_SIZE = Setting.size(
                    "max-size", "A new file is begun before the file would become larger than this")
            .orElse(64L * 1024 * 1024);
    /** How many full files are kept. */
    public static final Setting<Integer> MAX_FILES = Setting.integer(
                    "max-files", "How many full files are kept; the oldest beyond are deleted")
            .orElse(10);

    private static final long SMALLEST_SIZE = 4096;

    @Override
    public String name() {
        return "audit-file";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(PATH, MAX_SIZE, MAX_FILES);
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public AuditSink create(Settings settings, PluginContext context) {
        if (settings.get(MAX_SIZE) < SMALLEST_SIZE) {
            throw settings.problem(MAX_SIZE, "expected at least 4KiB");
        }
        if (settings.get(MAX_FILES) < 1) {
            throw settings.problem(MAX_FILES, "expected at least 1");
        }
        Path path = context.dataDirectory()
                .resolve(settings.get(PATH))
                .toAbsolutePath()
                .normalize();
        AuditFileSink sink = new AuditFileSink(path, settings.get(MAX_SIZE), settings.get(MAX_FILES), context.clock());
        try {
            if (context.checkOnly() && !path.startsWith(context.dataDirectory())) {
                OwnerOnly.checkWritable(path);
            } else {
                sink.prepare();
            }
            return sink;
        } catch (PathLock.TakenException e) {
            throw settings.problem(PATH, path + " is written by another process");
        } catch (IOException e) {
            throw settings.problem(PATH, path + " can not be written: " + e);
        }
    }
}
