package io.gatehouse.plugin.htpasswd;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;

/**
 * Slows down guessing by the client's address: a bucket for each user and address, and one for each address. Only wrong
 * passwords cost something. A user is never locked out everywhere: guesses from elsewhere leave their own address alone.
 *
 * <p>An IPv6 client is its /64 network, as one machine has all of it. At most {@value #MAXIMUM_BUCKETS} buckets of either
 * kind are remembered.
 */
final class GuessThrottle {

    static final int GUESSES_PER_USER = 10;
    static final int GUESSES_PER_ADDRESS = 100;
    static final Duration USER_REFILL = Duration.ofSeconds(10);
    static final Duration ADDRESS_REFILL = Duration.ofSeconds(1);

    private static final int MAXIMUM_BUCKETS = 20_000;
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final Clock clock;
    private final Buckets<UserAt> users;
    private final Buckets<ByteBuffer> addresses;

    private record UserAt(String user, ByteBuffer network) {}

    private record Bucket(double tokens, long millis) {}

    GuessThrottle(Clock clock) {
        this.clock = clock;
        this.users = new Buckets<>(GUESSES_PER_USER, USER_REFILL);
        this.addresses = new Buckets<>(GUESSES_PER_ADDRESS, ADDRESS_REFILL);
    }

    /** Whether one more password may be tried. */
    boolean tryTake(String user, InetAddress address) {
        ByteBuffer network = network(address);
        if (!addresses.tryTake(network)) {
            return false;
        }
        if (!users.tryTake(new UserAt(user, network))) {
            addresses.giveBack(network);
            return false;
        }
        return true;
    }

    /** After a password that was right, or was not looked at. */
    void giveBack(String user, InetAddress address) {
        ByteBuffer network = network(address);
        addresses.giveBack(network);
        users.giveBack(new UserAt(user, network));
    }

    private static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
    }

    private final class Buckets<K> {
        private final int capacity;
        private final long refillMillis;
        private final Cache<K, Bucket> buckets = Caffeine.newBuilder()
                .maximumSize(MAXIMUM_BUCKETS)
                .expireAfterAccess(FORGET_AFTER)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();

        Buckets(int capacity, Duration refill) {
            this.capacity = capacity;
            this.refillMillis = refill.toMillis();
        }

        boolean tryTake(K key) {
            boolean[] taken = new boolean[1];
            buckets.asMap().compute(key, (same, bucket) -> {
                Bucket filled = filled(bucket);
                taken[0] = filled.tokens >= 1;
                return taken[0] ? new Bucket(filled.tokens - 1, filled.millis) : filled;
            });
            return taken[0];
        }

        void giveBack(K key) {
            buckets.asMap().computeIfPresent(key, (same, bucket) -> {
                Bucket filled = filled(bucket);
                return new Bucket(Math.min(capacity, filled.tokens + 1), filled.millis);
            });
        }

        /** A bucket with what has come in since; none is a full one. */
        private Bucket filled(Bucket bucket) {
            long now = clock.millis();
            if (bucket == null) {
                return new Bucket(capacity, now);
            }
            double gained = (double) Math.max(0, now - bucket.millis) / refillMillis;
            return new Bucket(Math.min(capacity, bucket.tokens + gained), now);
        }
    }
}
