package io.gatehouse.plugin.auditjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStore.Entry;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestEvents;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store does on every database. */
abstract class StateStoreCases {

    final TestClock clock = new TestClock(databaseTime());
    StateStore store;

    @BeforeEach
    void open() {
        store = create();
    }

    @AfterEach
    void close() {
        store.close();
    }

    abstract StateStore create();

    /** By which entries expire, at the start of the test. */
    Instant databaseTime() {
        return TestEvents.TIME;
    }

    private Entry entry(String key, long version, String value, String... labels) {
        return entry(key, version, value, Duration.ofHours(1), labels);
    }

    private Entry entry(String key, long version, String value, Duration time, String... labels) {
        return new Entry(
                "session", key, version, List.of(labels), value, clock.instant().plus(time));
    }

    @Test
    void keepsWhatIsWrittenOverARestart() {
        assertThat(store.write(entry("a", 1, "first", "user alice", "provider x")))
                .isTrue();
        store.close();
        store = create();
        assertThat(store.read("session", "a")).hasValueSatisfying(read -> {
            assertThat(read.value()).isEqualTo("first");
            assertThat(read.version()).isEqualTo(1);
            assertThat(read.labels()).containsExactly("provider x", "user alice");
            assertThat(read.expires())
                    .isEqualTo(clock.instant().truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofHours(1)));
        });
        assertThat(store.read("token", "a")).isEmpty();
        assertThat(store.read("session", "b")).isEmpty();
    }

    @Test
    void onlyTheNextVersionIsWritten() {
        assertThat(store.write(entry("a", 2, "too early"))).isFalse();
        assertThat(store.write(entry("a", 1, "first"))).isTrue();
        assertThat(store.write(entry("a", 1, "again"))).isFalse();
        assertThat(store.write(entry("a", 3, "too far"))).isFalse();
        assertThat(store.write(entry("a", 2, "second", "x"))).isTrue();
        assertThat(store.read("session", "a")).map(Entry::value).contains("second");
        assertThat(store.find("session", "x", 10)).hasSize(1);
        assertThat(store.write(entry("a", 3, "third"))).isTrue();
        assertThat(store.find("session", "x", 10)).isEmpty();
    }

    @Test
    void oneOfManyComesFirst() throws Exception {
        store.write(entry("a", 1, "first"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String value = "by " + i;
                writers.add(threads.submit(() -> store.write(entry("a", 2, value))));
            }
            int written = 0;
            for (Future<Boolean> writer : writers) {
                written += writer.get() ? 1 : 0;
            }
            assertThat(written).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whatHasExpiredIsNotThere() {
        assertThat(store.write(entry("a", 1, "first", Duration.ZERO, "x"))).isTrue();
        assertThat(store.read("session", "a")).isEmpty();
        assertThat(store.find("session", "x", 10)).isEmpty();
        assertThat(store.write(entry("a", 2, "second"))).isFalse();
        assertThat(store.write(entry("a", 1, "anew"))).isTrue();
        assertThat(store.read("session", "a")).map(Entry::value).contains("anew");
    }

    @Test
    void findsByLabelInOrder() {
        store.write(entry("c", 1, "3", "x"));
        store.write(entry("a", 1, "1", "x", "y"));
        store.write(entry("b", 1, "2", "y"));
        assertThat(store.find("session", "x", 10)).extracting(Entry::key).containsExactly("a", "c");
        assertThat(store.find("session", "x", 1)).extracting(Entry::key).containsExactly("a");
        store.remove("session", "a");
        assertThat(store.find("session", "x", 10)).extracting(Entry::key).containsExactly("c");
        assertThat(store.read("session", "a")).isEmpty();
    }

    @Test
    void tellsWhatWasWrittenLately() {
        store.write(entry("a", 1, "1"));
        clock.advance(Duration.ofMinutes(2));
        store.write(entry("b", 1, "2"));
        assertThat(store.writtenWithin("session", Duration.ofMinutes(1)))
                .extracting(Entry::key)
                .containsExactly("b");
        store.write(entry("a", 2, "1"));
        assertThat(store.writtenWithin("session", Duration.ofMinutes(1)))
                .extracting(Entry::key)
                .containsExactly("a", "b");
    }

    @Test
    void sweepsWhatHasExpired() {
        store.write(entry("a", 1, "1", Duration.ofHours(-1), "x"));
        store.write(entry("b", 1, "2", "x"));
        store.sweep(clock.instant());
        assertThat(store.find("session", "x", 10)).extracting(Entry::key).containsExactly("b");
    }

    @Test
    void sweepsNothingThatHasNotExpiredForTheDatabase() {
        store.write(entry("b", 1, "2", "x"));
        store.sweep(clock.instant().plus(Duration.ofDays(90)));
        assertThat(store.find("session", "x", 10)).extracting(Entry::key).containsExactly("b");
    }

    @Test
    void takesAnyText() {
        String text = "'; drop table state_entry; -- \u00e9\ud83d\ude00\n";
        assertThat(store.write(entry(text, 1, text, text))).isTrue();
        assertThat(store.read("session", text)).map(Entry::value).contains(text);
        assertThat(store.find("session", text, 1)).hasSize(1);
    }
}
