package io.gatehouse.plugin.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.spi.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers whose a token is, for {@link #LIFETIME} and never past its end or the keys that it was verified with, so that
 * a thousand requests are not a thousand signatures. Kept is a keyed hash under a key that nobody else has and that ends
 * with this object; no token is.
 */
final class VerifiedTokens {

    static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final int MOST = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private record Entry(Identity identity, SigningKeys keys, Instant until) {}

    private final SecretKeySpec key;
    private final Clock clock;
    private final Cache<ByteBuffer, Entry> entries =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    VerifiedTokens(Clock clock) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
        this.clock = clock;
    }

    /** Stands for a token; it can not be told from it. */
    ByteBuffer fingerprint(String token) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return ByteBuffer.wrap(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    Optional<Identity> find(ByteBuffer fingerprint, SigningKeys keys) {
        Entry entry = entries.getIfPresent(fingerprint);
        return entry != null && entry.keys == keys && clock.instant().isBefore(entry.until)
                ? Optional.of(entry.identity)
                : Optional.empty();
    }

    void add(ByteBuffer fingerprint, Identity identity, SigningKeys keys, Instant end) {
        Instant until = clock.instant().plus(LIFETIME);
        entries.put(fingerprint, new Entry(identity, keys, end.isBefore(until) ? end : until));
    }
}
