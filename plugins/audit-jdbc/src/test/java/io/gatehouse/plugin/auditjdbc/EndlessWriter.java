package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A process that says of each event that it is safe, once it is, until it is killed or has written so many. */
final class EndlessWriter {

    private EndlessWriter() {}

    public static void main(String[] arguments) {
        // Space of the file is used again at once: what else would happen after a minute only.
        H2Database database = new H2Database(
                Path.of(arguments[0]),
                "gatehouse",
                Secret.of(""),
                new AuditTables(),
                Clock.systemUTC(),
                ";RETENTION_TIME=0");
        long most = Long.parseLong(arguments[1]);
        // With a retention, as that has transactions of its own between the batches.
        AuditSink sink = new AuditJdbcSink(database, Duration.ofDays(36_500), Clock.systemUTC());
        for (long sequence = 1; sequence <= most; sequence++) {
            System.out.println(sink.append(List.of(TestEvents.close(sequence))));
        }
        Runtime.getRuntime().halt(9);
    }
}
