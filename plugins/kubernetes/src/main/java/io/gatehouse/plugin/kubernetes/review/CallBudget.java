package io.gatehouse.plugin.kubernetes.review;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;

/**
 * So many calls a second for each of something, a cluster or a client's address; what is not used is saved up, to a bound.
 *
 * @param <K> what has a budget of its own; at most {@value #MAXIMUM} are remembered
 */
final class CallBudget<K> {

    private static final int MAXIMUM = 20_000;
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private record Bucket(double calls, long millis) {}

    private final double perSecond;
    private final int burst;
    private final Clock clock;
    private final Cache<K, Bucket> buckets;

    CallBudget(double perSecond, int burst, Clock clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.clock = clock;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAXIMUM)
                .expireAfterAccess(FORGET_AFTER)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Whether one more may be made. */
    boolean tryTake(K key) {
        boolean[] taken = new boolean[1];
        buckets.asMap().compute(key, (same, bucket) -> {
            Bucket filled = filled(bucket);
            taken[0] = filled.calls >= 1;
            return taken[0] ? new Bucket(filled.calls - 1, filled.millis) : filled;
        });
        return taken[0];
    }

    /** After one that turned out to cost nothing. */
    void giveBack(K key) {
        buckets.asMap().computeIfPresent(key, (same, bucket) -> {
            Bucket filled = filled(bucket);
            return new Bucket(Math.min(burst, filled.calls + 1), filled.millis);
        });
    }

    private Bucket filled(Bucket bucket) {
        long now = clock.millis();
        if (bucket == null) {
            return new Bucket(burst, now);
        }
        double gained = Math.max(0, now - bucket.millis) * perSecond / 1000;
        return new Bucket(Math.min(burst, bucket.calls + gained), now);
    }
}
