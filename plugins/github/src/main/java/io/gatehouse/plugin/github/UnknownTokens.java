package io.gatehouse.plugin.github;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts by address the tokens that GitHub did not take, as GitHub shuts out whoever brings it too many. An IPv6 client
 * is its /64 network, as one machine has all of it.
 */
final class UnknownTokens {

    static final int MOST_A_MINUTE = 20;

    private static final int MOST_ADDRESSES = 20_000;

    private final Cache<ByteBuffer, AtomicInteger> counts;

    UnknownTokens(Clock clock) {
        this.counts = Caffeine.newBuilder()
                .maximumSize(MOST_ADDRESSES)
                .expireAfterWrite(Duration.ofMinutes(1))
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Whether one more may be looked at; counts it until it is given back. */
    boolean tryOne(InetAddress address) {
        AtomicInteger count = counts.get(network(address), none -> new AtomicInteger());
        if (count.incrementAndGet() > MOST_A_MINUTE) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack(InetAddress address) {
        AtomicInteger count = counts.getIfPresent(network(address));
        if (count != null) {
            count.updateAndGet(tokens -> Math.max(0, tokens - 1));
        }
    }

    private static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
    }
}
