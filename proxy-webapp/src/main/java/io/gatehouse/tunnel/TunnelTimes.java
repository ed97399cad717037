package io.gatehouse.tunnel;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Since when a tunnel has been waiting for what, and which bound that breaks. */
final class TunnelTimes {
    /** A bound that is broken. */
    record Broken(TunnelEnd.Reason reason, String text) {}

    private static final long NEVER = Long.MAX_VALUE;

    private final TunnelLimits limits;
    private final LongSupplier clock;
    private final long opened;
    private volatile long lastByte;
    private volatile long writingToUpstreamSince = NEVER;
    private volatile long writingToClientSince = NEVER;
    private volatile long halfClosedSince = NEVER;

    TunnelTimes(TunnelLimits limits, LongSupplier clock) {
        this.limits = limits;
        this.clock = clock;
        opened = clock.getAsLong();
        lastByte = opened;
    }

    void writingToUpstream() {
        lastByte = clock.getAsLong();
        writingToUpstreamSince = lastByte;
    }

    void wroteToUpstream() {
        writingToUpstreamSince = NEVER;
    }

    void writingToClient() {
        lastByte = clock.getAsLong();
        writingToClientSince = lastByte;
    }

    void wroteToClient() {
        writingToClientSince = NEVER;
    }

    void halfClosed() {
        halfClosedSince = clock.getAsLong();
    }

    Duration lasted() {
        return Duration.ofNanos(clock.getAsLong() - opened);
    }

    Optional<Broken> broken(boolean started) {
        long now = clock.getAsLong();
        if (isOver(writingToClientSince, limits.stall(), now)) {
            return broken(TunnelEnd.Reason.STALLED, "the client does not read");
        }
        if (isOver(writingToUpstreamSince, limits.stall(), now)) {
            return broken(TunnelEnd.Reason.STALLED, "the upstream does not read");
        }
        if (isOver(opened, limits.age(), now)) {
            return broken(TunnelEnd.Reason.TOO_OLD, "the greatest age is reached");
        }
        if (isOver(lastByte, limits.idle(), now)) {
            return broken(TunnelEnd.Reason.IDLE, "nothing was sent for too long");
        }
        if (!started && isOver(opened, limits.stall(), now)) {
            return broken(TunnelEnd.Reason.ERROR, "the container did not hand the connection over");
        }
        return Optional.empty();
    }

    /** Whether the other direction has had its time to finish; what is being written to the client is not cut. */
    boolean isHalfCloseOver() {
        return writingToClientSince == NEVER && isOver(halfClosedSince, limits.halfClose(), clock.getAsLong());
    }

    private static Optional<Broken> broken(TunnelEnd.Reason reason, String text) {
        return Optional.of(new Broken(reason, text));
    }

    private static boolean isOver(long since, Duration limit, long now) {
        return since != NEVER && now - since > limit.toNanos();
    }
}
