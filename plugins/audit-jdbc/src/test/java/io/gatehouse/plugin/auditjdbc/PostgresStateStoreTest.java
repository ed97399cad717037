package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStore.Entry;
import io.gatehouse.spi.TestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The store in PostgreSQL. */
@EnabledIfEnvironmentVariable(named = PostgresServer.VARIABLE, matches = ".+")
class PostgresStateStoreTest extends StateStoreCases {

    @TempDir
    private Path home;

    private final String url = PostgresServer.emptySchema();
    private final JdbcStateStoreFactory factory = new JdbcStateStoreFactory();

    @Override
    StateStore create() {
        return factory.create(PostgresServer.settings(factory, url), new TestContext("portal", home, clock));
    }

    /** Two replicas, each with connections of its own, write each version of a few entries. */
    @Test
    void oneReplicaWritesAVersion() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (StateStore other = create()) {
            List<Future<Boolean>> writers = new ArrayList<>();
            for (long version = 1; version <= 20; version++) {
                writers.clear();
                long now = version;
                for (int i = 0; i < 8; i++) {
                    StateStore mine = i % 2 == 0 ? store : other;
                    writers.add(threads.submit(() -> mine.write(new Entry(
                            "session",
                            "a",
                            now,
                            List.of("x", "y"),
                            "v",
                            clock.instant().plusSeconds(60)))));
                }
                int written = 0;
                for (Future<Boolean> writer : writers) {
                    written += writer.get() ? 1 : 0;
                }
                assertThat(written).isEqualTo(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void replicasThatWriteAndRemoveWaitForEachOtherInOneOrder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (StateStore other = create()) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String key = Integer.toString(i % 3);
                tasks.add(threads.submit(
                        () -> store.write(new Entry("session", key, 1, List.of("x", "y", "z"), "v", clock.instant()))));
                tasks.add(threads.submit(() -> other.remove("session", key)));
                tasks.add(threads.submit(() -> other.sweep(clock.instant().plusSeconds(120))));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Override
    Instant databaseTime() {
        return Instant.now();
    }

    @Test
    void aReplicaWhoseClockIsAheadForgetsNothing() {
        Instant expires = clock.instant().plusSeconds(600);
        store.write(new Entry("session", "a", 1, List.of("x"), "1", expires));
        clock.advance(Duration.ofDays(90));
        assertThat(store.read("session", "a")).isPresent();
        assertThat(store.write(new Entry("session", "a", 1, List.of(), "2", expires)))
                .isFalse();
    }

    /** By the server's clock: this replica's may be late, or have been put back. */
    @Override
    @Test
    void tellsWhatWasWrittenLately() {
        store.write(new Entry("ended", "a", 1, List.of(), "1", clock.instant().plusSeconds(600)));
        clock.advance(Duration.ofSeconds(300));
        assertThat(store.writtenWithin("ended", Duration.ofMinutes(1)))
                .extracting(Entry::key)
                .containsExactly("a");
    }
}
