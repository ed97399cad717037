package io.gatehouse.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OncePerMinuteTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final List<String> lines = new ArrayList<>();
    private long nanos = -1; // the clock may begin below zero
    private final OncePerMinute log = new OncePerMinute(() -> nanos);

    private void say(String about) {
        log.say(about, more -> lines.add(about + " " + more));
    }

    @Test
    void saysOnceAMinuteHowManyMoreThereWere() {
        say("a");
        say("a");
        nanos += MINUTE - 1;
        say("a");
        assertThat(lines).containsExactly("a 0");
        nanos += 1;
        say("a");
        say("a");
        nanos += MINUTE;
        say("a");
        nanos += MINUTE;
        say("a");
        assertThat(lines).containsExactly("a 0", "a 2", "a 1", "a 0");
    }

    @Test
    void keepsWhatIsAboutOthersApart() {
        say("a");
        say("b");
        say("a");
        nanos += MINUTE;
        say("b");
        say("a");
        assertThat(lines).containsExactly("a 0", "b 0", "b 0", "a 1");
    }

    @Test
    void forgetsRatherThanKeepWithoutEnd() {
        say("a");
        for (int i = 1; i < 1_000; i++) {
            say("other " + i);
        }
        say("a");
        assertThat(lines).hasSize(1_001).last().isEqualTo("a 0");
    }
}
