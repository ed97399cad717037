package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SinkFeedTest {

    private final SharedSink sink = new SharedSink();
    private final SinkFeed feed =
            new SinkFeed(new NamedSink("shared", sink, SinkFeedTest.class.getClassLoader()), List.of());

    /** One that other replicas write to as well. */
    private static final class SharedSink implements AuditSink {

        private final List<String> asked = new ArrayList<>();
        private List<AuditEvent> earlier = List.of();
        private List<AuditEvent> abandoned = List.of();
        private boolean down;

        private void check(String question) {
            asked.add(question);
            if (down) {
                throw new IllegalStateException("down");
            }
        }

        @Override
        public List<AuditEvent> unfinished() {
            check("unfinished");
            return earlier;
        }

        @Override
        public List<AuditEvent> abandoned(String run) {
            check("abandoned " + run);
            return abandoned;
        }

        @Override
        public long append(List<AuditEvent> events) {
            return events.get(events.size() - 1).sequence();
        }

        @Override
        public void close() {}
    }

    @Test
    void asksForEarlierRunsUntilItIsAnswered() {
        sink.earlier = List.of(TestEvents.open(1));
        sink.down = true;
        assertThat(feed.leftOpen("me")).isEmpty();
        assertThat(feed.trouble())
                .isEqualTo(Optional.of("audit sink shared can not tell what other runs left open: down"));
        sink.down = false;
        assertThat(feed.leftOpen("me")).containsExactly(TestEvents.open(1));
        assertThat(feed.trouble()).isEmpty();
        assertThat(feed.leftOpen("me")).isEmpty();
        assertThat(sink.asked).containsExactly("unfinished", "unfinished", "abandoned me");
    }

    @Test
    void asksForThoseThatHaveGoneSince() {
        feed.leftOpen("me");
        sink.abandoned = List.of(TestEvents.open(1));
        assertThat(feed.leftOpen("me")).containsExactly(TestEvents.open(1));
        assertThat(feed.leftOpen(TestEvents.open(1).run())).as("its own").isEmpty();
    }

    /** Else it would be told again what it is about to write. */
    @Test
    void asksNothingWhileSomethingIsOwed() {
        feed.leftOpen("me");
        feed.add(List.of(TestEvents.close(1)));
        assertThat(feed.leftOpen("me")).isEmpty();
        assertThat(sink.asked).containsExactly("unfinished");
        feed.offer();
        feed.leftOpen("me");
        assertThat(sink.asked).containsExactly("unfinished", "abandoned me");
    }

    @Test
    void showsThatItsDatabaseIsDownWithoutAnEvent() {
        feed.leftOpen("me");
        sink.down = true;
        feed.leftOpen("me");
        assertThat(feed.trouble()).isPresent();
        sink.down = false;
        feed.leftOpen("me");
        assertThat(feed.trouble()).isEmpty();
    }
}
