package io.gatehouse.plugin.htpasswd;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers which passwords were right, for {@link #LIFETIME}, so that a thousand requests a second are not a thousand
 * hashes. Kept is a keyed hash under a key that nobody else has and that ends with this object; no password is.
 */
final class VerifiedPasswords {

    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final int MAXIMUM_ENTRIES = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Cache<ByteBuffer, Boolean> verified;

    VerifiedPasswords(Clock clock) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, ALGORITHM);
        verified = Caffeine.newBuilder()
                .maximumSize(MAXIMUM_ENTRIES)
                .expireAfterWrite(LIFETIME)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Stands for a user with a password; nothing about either can be told from it. */
    ByteBuffer fingerprint(String user, byte[] password) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, name.length));
            mac.update(name);
            return ByteBuffer.wrap(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    boolean contains(ByteBuffer fingerprint) {
        return verified.getIfPresent(fingerprint) != null;
    }

    void add(ByteBuffer fingerprint) {
        verified.put(fingerprint, true);
    }
}
