package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.target.TargetLimits;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestRatesTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // it wraps around
    private final RequestRates rates = new RequestRates(clock::get);

    private static TargetLimits limits(int perSecond, int burst) {
        return new TargetLimits(1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), perSecond, burst);
    }

    private int entered(String target, TargetLimits limits, int tries) {
        int entered = 0;
        for (int i = 0; i < tries; i++) {
            entered += rates.enter(target, limits) ? 1 : 0;
        }
        return entered;
    }

    @Test
    void letsABurstInAndThenTheRate() {
        assertThat(entered("a", limits(10, 5), 100)).isEqualTo(5);
        for (int second = 0; second < 3; second++) {
            int entered = 0;
            for (int tick = 0; tick < 1_000; tick++) {
                clock.addAndGet(1_000_000);
                entered += entered("a", limits(10, 5), 3);
            }
            assertThat(entered).isEqualTo(10);
        }
    }

    @Test
    void aPauseSavesNoMoreThanABurst() {
        assertThat(entered("a", limits(10, 5), 100)).isEqualTo(5);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(entered("a", limits(10, 5), 100)).isEqualTo(5);
    }

    @Test
    void targetsHaveTheirOwn() {
        assertThat(entered("a", limits(1, 1), 10)).isEqualTo(1);
        assertThat(entered("b", limits(1, 1), 10)).isEqualTo(1);
        assertThat(entered("c", limits(0, 1), 1_000)).isEqualTo(1_000);
    }
}
