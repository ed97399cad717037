package io.gatehouse.plugin.ldap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;

/**
 * Slows down guessing by the client's address: wrong passwords for each person and address, wrong passwords for each
 * address, and names that nobody has for each address. A person is never locked out everywhere: guesses from elsewhere
 * leave their own address alone. There are fewer guesses than most directories bear before they lock the account.
 *
 * <p>An IPv6 client is its /64 network, as one machine has all of it.
 */
final class GuessThrottle {

    static final int GUESSES_PER_PERSON = 5;
    static final int GUESSES_PER_ADDRESS = 100;
    static final int STRANGERS_PER_ADDRESS = 100;

    private static final int MAXIMUM_BUCKETS = 20_000;

    private final Clock clock;
    private final Buckets<PersonAt> people;
    private final Buckets<ByteBuffer> addresses;
    private final Buckets<ByteBuffer> strangers;

    private record PersonAt(String person, ByteBuffer network) {}

    private record Bucket(double tokens, long millis) {}

    GuessThrottle(Clock clock) {
        this.clock = clock;
        this.people = new Buckets<>(GUESSES_PER_PERSON, Duration.ofSeconds(30));
        this.addresses = new Buckets<>(GUESSES_PER_ADDRESS, Duration.ofSeconds(1));
        this.strangers = new Buckets<>(STRANGERS_PER_ADDRESS, Duration.ofMillis(100));
    }

    /** Whether one more name may be looked up. */
    boolean tryName(InetAddress address) {
        return strangers.tryTake(network(address));
    }

    /** After a name that somebody has, or that could not be looked up. */
    void giveNameBack(InetAddress address) {
        strangers.giveBack(network(address));
    }

    /** Whether one more password of somebody's may be tried. */
    boolean tryPassword(String person, InetAddress address) {
        ByteBuffer network = network(address);
        if (!addresses.tryTake(network)) {
            return false;
        }
        boolean taken = people.tryTake(new PersonAt(person, network));
        if (!taken) {
            addresses.giveBack(network);
        }
        return taken;
    }

    /** After a password that was right, or was not judged. */
    void givePasswordBack(String person, InetAddress address) {
        ByteBuffer network = network(address);
        addresses.giveBack(network);
        people.giveBack(new PersonAt(person, network));
    }

    private static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
    }

    private final class Buckets<K> {
        private final int capacity;
        private final long refillMillis;
        private final Cache<K, Bucket> buckets;

        Buckets(int capacity, Duration refill) {
            this.capacity = capacity;
            this.refillMillis = refill.toMillis();
            this.buckets = Caffeine.newBuilder()
                    .maximumSize(MAXIMUM_BUCKETS)
                    .expireAfterAccess(refill.multipliedBy(capacity))
                    .ticker(() -> clock.millis() * 1_000_000)
                    .executor(Runnable::run)
                    .build();
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
