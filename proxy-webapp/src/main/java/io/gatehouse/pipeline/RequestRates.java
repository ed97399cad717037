package io.gatehouse.pipeline;

import io.gatehouse.target.TargetLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many requests a second targets get: so many on average, with a burst. One number a target, the time up to which what
 * was let through is paid for (the generic cell rate algorithm, ITU-T I.371), and no lock.
 */
final class RequestRates {

    private final Map<String, AtomicLong> paidUntil = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    RequestRates(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether one more request may go to a target now; if so, it is counted. */
    boolean enter(String whose, TargetLimits limits) {
        if (limits.requestsPerSecond() == 0) {
            return true;
        }
        long price = 1_000_000_000L / limits.requestsPerSecond();
        long credit = price * limits.burst();
        long now = clock.getAsLong();
        AtomicLong paid = paidUntil.computeIfAbsent(whose, unused -> new AtomicLong(now));
        while (true) {
            long known = paid.get();
            long from = known - now > 0 ? known : now;
            if (from + price - now > credit) {
                return false;
            }
            if (paid.compareAndSet(known, from + price)) {
                return true;
            }
        }
    }
}
