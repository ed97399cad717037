package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestEvents;
import io.gatehouse.spi.TestSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The sink in PostgreSQL. */
@EnabledIfEnvironmentVariable(named = PostgresServer.VARIABLE, matches = ".+")
class PostgresAuditSinkTest extends AuditSinkCases {

    @TempDir
    private Path home;

    private final String url = PostgresServer.emptySchema();
    private final AtomicLong nanos = new AtomicLong();

    @Override
    AuditSink create(TestSettings settings) {
        return factory.create(settings, new TestContext("local", home, clock));
    }

    /** By the server's clock, the events of these tests may be of long ago. */
    @Override
    TestSettings settings() {
        return PostgresServer.settings(factory, url).with(AuditJdbcSinkFactory.RETENTION, Duration.ZERO);
    }

    @Override
    PostgresDatabase database() {
        return PostgresServer.database("?currentSchema=test", new AuditTables());
    }

    /** The server runs on this machine. */
    @Override
    Instant databaseTime() {
        return Instant.now();
    }

    @Override
    String stored() {
        return " stored";
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database().open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            connection.commit();
        }
    }

    private AuditJdbcSink replica() {
        return new AuditJdbcSink(database(), Duration.ZERO, clock, nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static AuditEvent event(String run, long sequence, AuditEvent.Kind kind, String id) {
        AuditEvent like = kind == AuditEvent.Kind.OPEN ? TestEvents.open(sequence) : TestEvents.close(sequence);
        return new AuditEvent(
                sequence,
                run,
                kind,
                id,
                like.time(),
                like.subject(),
                like.request(),
                like.verdict(),
                like.completion());
    }

    @Test
    void aRunThatLivesIsLeftAlone() {
        try (AuditJdbcSink one = replica();
                AuditJdbcSink two = replica()) {
            one.append(List.of(event("one", 1, AuditEvent.Kind.OPEN, "watch")));
            assertThat(two.unfinished()).isEmpty();
            for (int i = 0; i < 20; i++) {
                assertThat(one.abandoned("one")).isEmpty();
                assertThat(two.abandoned("two")).isEmpty();
                pass(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void whatARunThatIsGoneLeftOpenIsToldToOneReplica() throws SQLException {
        try (AuditJdbcSink one = replica();
                AuditJdbcSink two = replica();
                AuditJdbcSink three = replica()) {
            AuditEvent open = event("one", 1, AuditEvent.Kind.OPEN, "watch");
            one.append(List.of(open));
            one.abandoned("one");
            two.abandoned("two");
            three.abandoned("three");
            pass(LivingRuns.PATIENCE.minusSeconds(1));
            assertThat(two.abandoned("two")).isEmpty();
            assertThat(three.abandoned("three")).isEmpty();
            pass(Duration.ofSeconds(1));
            assertThat(two.abandoned("two")).containsExactly(open);
            assertThat(three.abandoned("three")).isEmpty();
            two.append(List.of(event("two", 1, AuditEvent.Kind.CLOSE, "watch")));
            pass(LivingRuns.PATIENCE);
            assertThat(three.abandoned("three")).isEmpty();
        }
        assertThat(query("select run from audit_open")).isEmpty();
    }

    /** The replica that took them may die before it has written their ends. */
    @Test
    void whatATakerDidNotCloseIsToldAgain() {
        AuditEvent open = event("one", 1, AuditEvent.Kind.OPEN, "watch");
        try (AuditJdbcSink one = replica()) {
            one.append(List.of(open));
            one.abandoned("one");
        }
        try (AuditJdbcSink two = replica();
                AuditJdbcSink three = replica()) {
            two.abandoned("two");
            three.abandoned("three");
            pass(LivingRuns.PATIENCE);
            assertThat(two.abandoned("two")).containsExactly(open);
            assertThat(three.abandoned("three")).isEmpty();
            pass(LivingRuns.PATIENCE);
            assertThat(three.abandoned("three")).containsExactly(open);
        }
    }

    @Test
    void twoThatAreToldTheSameWriteItsEndOnce() throws SQLException {
        try (AuditJdbcSink one = replica()) {
            one.append(List.of(event("one", 1, AuditEvent.Kind.OPEN, "watch")));
        }
        execute("delete from audit_run"); // by one that died before it wrote the end
        try (AuditJdbcSink two = replica();
                AuditJdbcSink three = replica()) {
            two.abandoned("two");
            three.abandoned("three");
            pass(LivingRuns.PATIENCE);
            assertThat(two.abandoned("two")).hasSize(1);
            assertThat(three.abandoned("three")).hasSize(1);
            two.append(List.of(event("two", 1, AuditEvent.Kind.CLOSE, "watch")));
            three.append(List.of(
                    event("three", 1, AuditEvent.Kind.CLOSE, "watch"), event("three", 2, AuditEvent.Kind.CLOSE, "b")));
        }
        assertThat(query("select run || sequence from audit_event where kind = 'close' order by id"))
                .containsExactly("two1", "three2");
    }

    /** Nobody could say that it lives while the database was away. */
    @Test
    void anOutageIsNobodysEnd() throws SQLException {
        try (AuditJdbcSink one = replica();
                AuditJdbcSink two = replica()) {
            one.append(List.of(event("one", 1, AuditEvent.Kind.OPEN, "watch")));
            one.abandoned("one");
            two.abandoned("two");
            execute("select pg_terminate_backend(pid) from pg_stat_activity"
                    + " where usename = current_user and pid <> pg_backend_pid()");
            pass(Duration.ofMinutes(10));
            fails(() -> two.abandoned("two"));
            assertThat(two.abandoned("two")).isEmpty();
            fails(() -> one.abandoned("one"));
            assertThat(one.abandoned("one")).isEmpty();
            pass(LivingRuns.PATIENCE);
            assertThat(two.abandoned("two")).isEmpty();
        }
    }

    private static void fails(Runnable call) {
        assertThatIllegalStateException()
                .isThrownBy(call::run)
                .withMessageStartingWith("the audit database can not be read: database localhost:");
    }

    @Test
    void replicasThatStartAtTheSameTimeMakeTheTablesOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> starts = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> {
                        database().open().close();
                        return true;
                    }))
                    .toList();
            for (Future<?> start : starts) {
                start.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(query("select version from audit_schema")).containsExactly("4");
    }

    @Test
    void oneReplicaSweepsAtATime() throws SQLException {
        TestSettings aDay = settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ofDays(1));
        try (AuditSink one = create(aDay);
                AuditSink two = create(aDay)) {
            one.append(dated(closes(1, Retention.SLICE + 10L), databaseTime().minus(Duration.ofDays(2))));
            two.append(dated(closes(3001, 3001), databaseTime()));
            assertThat(query("select count(*) from audit_event")).containsExactly("11");
        }
    }

    @Test
    void aReplicaWhoseClockIsAheadDeletesNothing() throws SQLException {
        clock.advance(Duration.between(clock.instant(), databaseTime()).plusDays(90));
        try (AuditSink sink = create(settings().with(AuditJdbcSinkFactory.RETENTION, Duration.ofDays(1)))) {
            sink.append(dated(closes(1, 1), databaseTime()));
        }
        assertThat(query("select count(*) from audit_event")).containsExactly("1");
    }

    /** What it can not write does not say that it is gone. */
    @Test
    void aRunThatTriesToWriteLives() throws SQLException {
        try (AuditJdbcSink one = replica();
                AuditJdbcSink two = replica()) {
            one.append(List.of(event("one", 1, AuditEvent.Kind.OPEN, "watch")));
            execute("alter table audit_event add constraint no_two check (sequence <> 2)");
            for (int i = 0; i < 20; i++) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> one.append(List.of(event("one", 2, AuditEvent.Kind.CLOSE, "other"))));
                assertThat(two.abandoned("two")).isEmpty();
                pass(Duration.ofSeconds(5));
            }
        }
    }

    /** As many as a busy replica has in some seconds, in the host's batches. */
    @Test
    void tenThousandEventsInBatches() throws SQLException {
        try (AuditSink sink = create()) {
            sink.append(closes(1, 500));
            long began = System.nanoTime();
            for (long first = 501; first <= 10_001; first += 500) {
                sink.append(LongStream.range(first, first + 500)
                        .mapToObj(TestEvents::close)
                        .toList());
            }
            System.out.println("10000 audit events in " + (System.nanoTime() - began) / 1_000_000 + " ms");
        }
        assertThat(query("select count(*) from audit_event")).containsExactly("10500");
    }
}
