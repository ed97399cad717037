package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.Http2Pulse.Need;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Http2PulseTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long ASKED = Http2Pulse.SILENCE_NANOS + SECOND;

    private final Http2Pulse pulse = new Http2Pulse();

    @Test
    void isNotAskedWhileNobodyWaits() {
        assertThat(pulse.look(100 * ASKED)).isEqualTo(Need.NOTHING);
        pulse.opened(0);
        pulse.heard();
        assertThat(pulse.look(100 * ASKED)).isEqualTo(Need.NOTHING);
    }

    @Test
    void isAskedOnceAndGivenUp() {
        pulse.opened(0);
        pulse.opened(4 * SECOND);
        assertThat(pulse.look(Http2Pulse.SILENCE_NANOS)).isEqualTo(Need.NOTHING);
        assertThat(pulse.look(ASKED)).isEqualTo(Need.ASK);
        pulse.opened(ASKED);
        assertThat(pulse.look(ASKED + Http2Pulse.ANSWER_NANOS)).isEqualTo(Need.NOTHING);
        assertThat(pulse.look(ASKED + Http2Pulse.ANSWER_NANOS + SECOND)).isEqualTo(Need.GIVE_UP);
    }

    /** A gRPC server closes the connection of who asks again and again while it has nothing to say. */
    @Test
    void isAskedAgainAfterAPauseOnly() {
        pulse.opened(0);
        assertThat(pulse.look(ASKED)).isEqualTo(Need.ASK);
        pulse.answered();
        pulse.opened(ASKED);
        assertThat(pulse.look(ASKED + 59 * SECOND)).isEqualTo(Need.NOTHING);
        assertThat(pulse.look(ASKED + 60 * SECOND)).isEqualTo(Need.ASK);
    }

    @Test
    void isAskedAgainWhenItHasSaidMoreThanThat() {
        pulse.opened(0);
        assertThat(pulse.look(ASKED)).isEqualTo(Need.ASK);
        pulse.heard();
        assertThat(pulse.look(100 * ASKED)).isEqualTo(Need.NOTHING);
        pulse.opened(ASKED);
        assertThat(pulse.look(2 * ASKED)).isEqualTo(Need.ASK);
    }
}
