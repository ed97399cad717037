package io.gatehouse.tunnel;

import java.time.Duration;

/**
 * Bounds of the open tunnels.
 *
 * @param idle without a byte in either direction; never under 15 minutes, which a silent {@code logs -f} must survive
 * @param age greatest age
 * @param stall how long one write may wait for a peer that does not read
 * @param halfClose how long the other direction may go on after one side has ended its own
 * @param tunnels how many may be open at a time; one more is refused with {@code TOO_MANY_TUNNELS}
 */
public record TunnelLimits(Duration idle, Duration age, Duration stall, Duration halfClose, int tunnels) {
    private static final Duration LEAST_IDLE = Duration.ofMinutes(15);

    /** @throws IllegalArgumentException naming the bound that is too small */
    public TunnelLimits {
        requirePositive(idle, "idle");
        requirePositive(age, "age");
        requirePositive(stall, "stall");
        requirePositive(halfClose, "halfClose");
        if (idle.compareTo(LEAST_IDLE) < 0) {
            throw new IllegalArgumentException("idle is under 15 minutes");
        }
        if (tunnels < 1) {
            throw new IllegalArgumentException("tunnels is not positive");
        }
    }

    /** One hour, 24 hours, 2 minutes, 5 seconds; 10,000 tunnels on virtual threads and 1,000 on platform threads. */
    public static TunnelLimits defaults() {
        return new TunnelLimits(
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofMinutes(2),
                Duration.ofSeconds(5),
                StreamThreads.virtualThreadsAreGood() ? 10_000 : 1_000);
    }

    static void requirePositive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is not positive");
        }
    }
}
