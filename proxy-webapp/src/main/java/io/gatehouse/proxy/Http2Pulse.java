package io.gatehouse.proxy;

import java.util.concurrent.TimeUnit;

/**
 * Whether somebody is still there at the other end of a connection: a firewall that has forgotten it, or a pulled cable,
 * tells nobody. Who opens a stream and hears nothing asks by a PING (RFC 9113, 6.7); who gets no answer gives up. It is
 * asked no more than needed, as gRPC servers close the connections of those who ask too often.
 */
final class Http2Pulse {

    /** What is to be done. */
    enum Need {
        NOTHING,
        ASK,
        GIVE_UP
    }

    /** How long it may be silent, once a stream was opened, before it is asked. */
    static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long an answer may take: an upstream may collect its garbage. */
    static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Between two questions, when it has said nothing else. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private boolean waiting;
    private boolean asked;
    private boolean silentSinceAsked;
    private long waitingSince;
    private long askedAt;

    /** A stream was opened. @param now {@link System#nanoTime} */
    synchronized void opened(long now) {
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
    }

    /** Something of a stream came. */
    synchronized void heard() {
        answered();
        silentSinceAsked = false;
    }

    /** It has answered, and no more. */
    synchronized void answered() {
        waiting = false;
        asked = false;
    }

    /** Looks at it, about once a second. */
    synchronized Need look(long now) {
        if (asked) {
            return now - askedAt > ANSWER_NANOS ? Need.GIVE_UP : Need.NOTHING;
        }
        boolean due = waiting && now - waitingSince > SILENCE_NANOS;
        if (!due || silentSinceAsked && now - askedAt < PAUSE_NANOS) {
            return Need.NOTHING;
        }
        asked = true;
        silentSinceAsked = true;
        askedAt = now;
        return Need.ASK;
    }
}
