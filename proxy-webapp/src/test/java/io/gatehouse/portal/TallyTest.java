package io.gatehouse.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.TestClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TallyTest {

    private final TestClock clock = new TestClock();
    private final Tally tally = new Tally(2, Duration.ofMinutes(1), clock);

    @Test
    void boundsEachForATime() {
        assertThat(tally.count("alice")).isTrue();
        assertThat(tally.isUsedUp("alice")).isFalse();
        assertThat(tally.count("alice")).isTrue();
        assertThat(tally.isUsedUp("alice")).isTrue();
        assertThat(tally.count("alice")).isFalse();
        assertThat(tally.count("bob")).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(tally.isUsedUp("alice")).isFalse();
        assertThat(tally.count("alice")).isTrue();
    }

    @Test
    void strangersWaitWhenTooManyAreKnown() {
        tally.count("alice");
        for (int i = 1; i < 10_000; i++) {
            tally.count("somebody-" + i);
        }
        assertThat(tally.count("stranger")).isFalse();
        assertThat(tally.count("alice")).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(tally.count("stranger")).isTrue();
    }
}
