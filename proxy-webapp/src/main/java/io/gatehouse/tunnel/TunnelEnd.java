package io.gatehouse.tunnel;

import java.time.Duration;
import java.util.Objects;

/**
 * How a tunnel ended.
 *
 * @param reason which side or which bound ended it first
 * @param text one line without secrets; for {@link Reason#CLOSED_BY_US} the text given to {@code close}
 * @param bytesIn from the client, written to the upstream
 * @param bytesOut from the upstream, written to the client
 * @param lasted since it was opened
 */
public record TunnelEnd(Reason reason, String text, long bytesIn, long bytesOut, Duration lasted) {
    /** What ends a tunnel. */
    public enum Reason {
        CLIENT_CLOSED,
        UPSTREAM_CLOSED,
        IDLE,
        TOO_OLD,
        STALLED,
        CLOSED_BY_US,
        ERROR
    }

    public TunnelEnd {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(lasted, "lasted");
    }
}
