package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A process that writes one event into a database and holds it open until it is killed. */
final class DatabaseHolder {

    private DatabaseHolder() {}

    public static void main(String[] arguments) throws IOException {
        H2Database database =
                new H2Database(Path.of(arguments[0]), "gatehouse", Secret.of(""), new AuditTables(), Clock.systemUTC());
        try (AuditSink sink = new AuditJdbcSink(database, Duration.ZERO, Clock.systemUTC())) {
            sink.append(List.of(TestEvents.open(1)));
            System.out.print("L");
            System.out.flush();
            System.in.read();
        }
    }
}
