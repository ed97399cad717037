package io.gatehouse.bench;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.audit.Masking;
import io.gatehouse.audit.NamedSink;
import io.gatehouse.audit.RequestRecord;
import io.gatehouse.plugin.auditfile.AuditFileSinkFactory;
import io.gatehouse.plugin.auditjdbc.AuditJdbcSinkFactory;
import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.AuditSinkFactory;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.Driver;

/**
 * Records a second that a sink takes, from requests as the pipeline describes them, through the queue and its one
 * thread. What finds no room is refused, as a request would be, and tried again a millisecond later.
 */
public final class AuditBenchmark {

    private static final int QUEUE = 65_536;
    private static final int WARM = 100_000;
    private static final int ROUNDS = 3;
    private static final int THREADS = 2;
    private static final int ASKED = 20_000;
    private static final Pattern REFUSED = Pattern.compile("(\\d+) requests were refused with 503");
    private static final Identity ALICE = new Identity(
            "alice", Optional.empty(), List.of("staff", "developers"), Map.of(), "bearer", Optional.empty());
    private static final String PATH = "/apis/apps/v1/namespaces/default/deployments";
    private static final KubernetesAction LIST =
            new KubernetesAction(true, "list", "apps", "v1", "default", "deployments", "", "", PATH, "", "");

    private final Path folder;
    private final int records;

    private AuditBenchmark(Path folder, int records) {
        this.folder = folder;
        this.records = records;
    }

    /** What is in a sink: of alice's records, and of requests that are said to have been refused. */
    private record Found(long records, long refused) {}

    /** @param arguments a folder, and how many records a round */
    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                "%-6s %6s %12s %12s %10s %10s %10s%n",
                "sink", "round", "records/s", "second half", "records", "refused", "lost");
        new AuditBenchmark(Path.of(arguments[0]), WARM).run(0);
        AuditBenchmark measured = new AuditBenchmark(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        for (int round = 1; round <= ROUNDS; round++) {
            measured.run(round);
        }
        System.out.println("asked: " + ASKED + " records/s, and none lost");
    }

    private void run(int round) throws Exception {
        measure("h2", round, new AuditJdbcSinkFactory(), Map.of());
        measure("file", round, new AuditFileSinkFactory(), Map.of(AuditFileSinkFactory.MAX_FILES, 1_000));
    }

    private void measure(String name, int round, AuditSinkFactory factory, Map<Setting<?>, Object> written)
            throws Exception {
        Path data = Files.createDirectories(folder.resolve(name + round));
        Halved sink = new Halved(factory.create(new Written(written), new Context(name, data)), records / 2);
        long begin = System.nanoTime();
        AuditTrail trail = new AuditTrail(
                QUEUE,
                new Masking(Set.of()),
                List.of(new NamedSink(name, sink, getClass().getClassLoader())),
                Clock.systemUTC());
        describe(trail, records);
        trail.close();
        long end = System.nanoTime();
        if (round > 0) {
            Found found = name.equals("h2") ? inDatabase(data) : inFiles(data);
            System.out.printf(
                    "%-6s %6d %12.0f %12.0f %10d %10d %10d%n",
                    name,
                    round,
                    records / seconds(begin, end),
                    records / 2 / seconds(sink.half, end),
                    found.records(),
                    trail.refused(),
                    records - found.records() + trail.refused() - found.refused());
        }
    }

    /** A sink that knows when it had half of the records. Belongs to the audit thread until it is closed. */
    private static final class Halved implements AuditSink {
        private final AuditSink sink;
        private long left;
        private volatile long half;

        private Halved(AuditSink sink, long first) {
            this.sink = sink;
            this.left = first;
        }

        @Override
        public List<AuditEvent> unfinished() {
            return sink.unfinished();
        }

        @Override
        public long append(List<AuditEvent> events) {
            long durable = sink.append(events);
            left -= events.size();
            if (left <= 0 && half == 0) {
                half = System.nanoTime();
            }
            return durable;
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    private static double seconds(long begin, long end) {
        return (end - begin) / 1e9;
    }

    /** As that many requests would. */
    private static void describe(AuditTrail trail, int count) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                for (int done = 0; done < count / THREADS; ) {
                    Optional<RequestRecord> record = trail.begin();
                    if (record.isPresent()) {
                        describe(record.get());
                        done++;
                    } else {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void describe(RequestRecord record) {
        record.head("GET", "/clusters/prod" + PATH, "limit=500", "HTTP/1.1", "kubectl/v1.36.0 (linux/amd64)");
        record.client("192.0.2.7");
        record.target("prod");
        record.kubernetes(LIST);
        record.subject(ALICE, "token");
        record.verdict("allow", "policy.csv:1000");
        record.answered(200);
        record.addBytesOut(1024);
        record.close(200, "complete");
    }

    private static Found inDatabase(Path data) throws SQLException {
        Properties user = new Properties();
        user.setProperty("user", "gatehouse");
        user.setProperty("password", "");
        try (Connection database = new Driver().connect("jdbc:h2:file:" + data.resolve("audit"), user);
                Statement statement = database.createStatement()) {
            long all;
            try (ResultSet count =
                    statement.executeQuery("select count(*) from audit_event where user_name = 'alice'")) {
                count.next();
                all = count.getLong(1);
            }
            long refused = 0;
            try (ResultSet reasons =
                    statement.executeQuery("select reason from audit_event where decision = 'unavailable'")) {
                while (reasons.next()) {
                    refused += refused(reasons.getString(1));
                }
            }
            return new Found(all, refused);
        }
    }

    private static Found inFiles(Path data) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(data.resolve("audit"))) {
            files = found.toList();
        }
        long all = 0;
        long refused = 0;
        for (Path file : files) {
            try (Stream<String> lines = Files.lines(file)) {
                for (String line : (Iterable<String>) lines::iterator) {
                    all += line.contains("alice") ? 1 : 0;
                    refused += refused(line);
                }
            }
        }
        return new Found(all, refused);
    }

    private static long refused(String text) {
        Matcher count = REFUSED.matcher(text);
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }
}
