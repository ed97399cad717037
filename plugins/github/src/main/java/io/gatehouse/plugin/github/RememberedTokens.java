package io.gatehouse.plugin.github;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.spi.AuthenticationResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a while what came of a token. Kept is a keyed hash, under a key that nobody else has and that ends with
 * this object; no token is. What could not be told is not remembered.
 */
final class RememberedTokens {

    private static final int MOST = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Cache<ByteBuffer, AuthenticationResult> taken;
    private final Cache<ByteBuffer, AuthenticationResult> refused;

    /** Either time may be zero: then nothing of the kind is kept. */
    RememberedTokens(Duration taken, Duration refused, Clock clock) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
        this.taken = cache(taken, clock);
        this.refused = cache(refused, clock);
    }

    private static Cache<ByteBuffer, AuthenticationResult> cache(Duration lifetime, Clock clock) {
        return Caffeine.newBuilder()
                .maximumSize(lifetime.isZero() ? 0 : MOST)
                .expireAfterWrite(lifetime)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Stands for a token, which can not be told from it. */
    ByteBuffer fingerprint(String token) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return ByteBuffer.wrap(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    Optional<AuthenticationResult> find(ByteBuffer fingerprint) {
        AuthenticationResult known = taken.getIfPresent(fingerprint);
        return Optional.ofNullable(known == null ? refused.getIfPresent(fingerprint) : known);
    }

    void remember(ByteBuffer fingerprint, AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Authenticated) {
            taken.put(fingerprint, result);
        } else if (result instanceof AuthenticationResult.Rejected) {
            refused.put(fingerprint, result);
        }
    }
}
