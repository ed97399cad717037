package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.pipeline.Rates.Rate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RatesTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // it wraps around
    private final Rates rates = new Rates(clock::get, 3);

    private static Rate rate(int perSecond, int burst) {
        return Rate.of(perSecond, Duration.ofSeconds(1), burst);
    }

    private int entered(String whose, Rate rate, int tries) {
        int entered = 0;
        for (int i = 0; i < tries; i++) {
            entered += rates.enter(whose, rate).isZero() ? 1 : 0;
        }
        return entered;
    }

    @Test
    void letsABurstInAndThenTheRate() {
        assertThat(entered("a", rate(10, 5), 100)).isEqualTo(5);
        for (int second = 0; second < 3; second++) {
            int entered = 0;
            for (int tick = 0; tick < 1_000; tick++) {
                clock.addAndGet(1_000_000);
                entered += entered("a", rate(10, 5), 3);
            }
            assertThat(entered).isEqualTo(10);
        }
    }

    @Test
    void aPauseSavesNoMoreThanABurst() {
        assertThat(entered("a", rate(10, 5), 100)).isEqualTo(5);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(entered("a", rate(10, 5), 100)).isEqualTo(5);
    }

    @Test
    void eachHasTheirOwn() {
        assertThat(entered("a", rate(1, 1), 10)).isEqualTo(1);
        assertThat(entered("b", rate(1, 1), 10)).isEqualTo(1);
    }

    @Test
    void saysHowLongToWait() {
        entered("a", rate(2, 3), 3);
        assertThat(rates.enter("a", rate(2, 3))).isEqualTo(Duration.ofMillis(500));
        clock.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(rates.enter("a", rate(2, 3))).isEqualTo(Duration.ofMillis(400));
        clock.addAndGet(Duration.ofMillis(400).toNanos());
        assertThat(rates.enter("a", rate(2, 3))).isZero();
    }

    @Test
    void whatIsGivenBackDoesNotCount() {
        for (int i = 0; i < 100; i++) {
            assertThat(rates.enter("a", rate(1, 1))).isZero();
            rates.giveBack("a", rate(1, 1));
        }
        rates.giveBack("nobody", rate(1, 1));
        assertThat(entered("nobody", rate(1, 1), 10)).isEqualTo(1);
    }

    @Test
    void thoseWhoAreTooManyShareOneUntilOthersHavePaid() {
        for (String whose : new String[] {"a", "b", "c"}) {
            assertThat(entered(whose, rate(1, 1), 10)).isEqualTo(1);
        }
        assertThat(entered("d", rate(1, 1), 10)).isEqualTo(1);
        assertThat(entered("e", rate(1, 1), 10)).isZero();
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(entered("e", rate(1, 1), 10)).isEqualTo(1);
        assertThat(entered("f", rate(1, 1), 10)).isEqualTo(1);
    }

    @Test
    void thoseWhoAreTooManyShareOneForEachRate() {
        for (String whose : new String[] {"a", "b", "c"}) {
            assertThat(rates.enter(whose, new Rate(Duration.ofHours(1), 1))).isZero();
        }
        Rate dear = new Rate(Duration.ofSeconds(30), 3);
        assertThat(entered("devices", dear, 10)).isEqualTo(3);
        assertThat(entered("logins", rate(1, 2), 10)).isEqualTo(2);
        clock.addAndGet(Duration.ofSeconds(29).toNanos());
        assertThat(entered("other devices", dear, 10)).isZero();
        assertThat(entered("other logins", rate(1, 2), 10)).isEqualTo(2);
    }
}
