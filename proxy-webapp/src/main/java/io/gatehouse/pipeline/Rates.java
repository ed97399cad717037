package io.gatehouse.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How often each of many may do something: so many times on average, with a burst. One number each, the time up to which
 * what was let through is paid for (the generic cell rate algorithm, ITU-T I.371), and no lock. Who has paid is forgotten
 * when there are too many; those who are still too many then share one of each rate.
 */
public final class Rates {

    private static final long BETWEEN_PRUNINGS = Duration.ofSeconds(1).toNanos();

    /**
     * A rate.
     *
     * @param interval from one to the next, on average
     * @param burst how many there may be at once after a pause, at least 1
     */
    public record Rate(Duration interval, int burst) {

        /** So many in a time. */
        public static Rate of(int times, Duration in, int burst) {
            return new Rate(in.dividedBy(times), burst);
        }
    }

    private final Map<String, AtomicLong> paidUntil = new ConcurrentHashMap<>();
    private final Map<Rate, AtomicLong> paidByOthers = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final int most;
    private final AtomicLong pruned;

    /**
     * @param clock nanoseconds, as {@link System#nanoTime}
     * @param most how many are told apart
     */
    public Rates(LongSupplier clock, int most) {
        this.clock = clock;
        this.most = most;
        this.pruned = new AtomicLong(clock.getAsLong() - BETWEEN_PRUNINGS);
    }

    /**
     * Lets somebody do it once more, and counts it.
     *
     * @return zero when they may; else how long until they may, and nothing is counted
     */
    public Duration enter(String whose, Rate rate) {
        long price = rate.interval().toNanos();
        long credit = price * rate.burst();
        long now = clock.getAsLong();
        AtomicLong paid = paidUntil(whose, rate, now);
        while (true) {
            long known = paid.get();
            long from = known - now > 0 ? known : now;
            long missing = from + price - now - credit;
            if (missing > 0) {
                return Duration.ofNanos(missing);
            }
            if (paid.compareAndSet(known, from + price)) {
                return Duration.ZERO;
            }
        }
    }

    /** Takes back what was counted last: it shall not count after all. */
    public void giveBack(String whose, Rate rate) {
        AtomicLong paid = paidUntil.get(whose);
        if (paid != null) {
            paid.addAndGet(-rate.interval().toNanos());
        }
    }

    private AtomicLong paidUntil(String whose, Rate rate, long now) {
        AtomicLong known = paidUntil.get(whose);
        if (known != null) {
            return known;
        }
        if (paidUntil.size() >= most) {
            prune(now);
        }
        return paidUntil.size() >= most
                ? paidByOthers.computeIfAbsent(rate, unused -> new AtomicLong(now))
                : paidUntil.computeIfAbsent(whose, unused -> new AtomicLong(now));
    }

    /** Forgets those who would start afresh anyway. */
    private void prune(long now) {
        long last = pruned.get();
        if (now - last >= BETWEEN_PRUNINGS && pruned.compareAndSet(last, now)) {
            paidUntil.values().removeIf(paid -> paid.get() - now <= 0);
            paidByOthers.values().removeIf(paid -> paid.get() - now <= 0);
        }
    }
}
