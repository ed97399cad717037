package io.gatehouse.plugin.ldap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.spi.AuthenticationResult;
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
 * Remembers for a while what came of a name with a password, so that a thousand requests a second are not a thousand
 * binds. Kept is a keyed hash of both, under a key that nobody else has and that ends with this object; no password is.
 *
 * <p>What was refused is remembered, too, for a shorter while: a program that repeats an old password does not lock its
 * owner's account so quickly, and a name that nobody has is answered as quickly again as a wrong password.
 */
final class RememberedLogins {

    private static final int MAXIMUM_ENTRIES = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Duration lifetime;
    private final Clock clock;
    private final Cache<ByteBuffer, Right> right;
    private final Cache<ByteBuffer, AuthenticationResult> refused;

    private record Right(AuthenticationResult result, Instant due) {}

    /**
     * What came of it.
     *
     * @param due whether one should ask again already, so that the others need not wait when its time is over
     */
    record Remembered(AuthenticationResult result, boolean due) {}

    /** Either time may be zero: then nothing of the kind is kept. */
    RememberedLogins(Duration right, Duration refused, Clock clock) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
        this.lifetime = right;
        this.clock = clock;
        this.right = cache(right, clock);
        this.refused = cache(refused, clock);
    }

    private static <V> Cache<ByteBuffer, V> cache(Duration lifetime, Clock clock) {
        return Caffeine.newBuilder()
                .maximumSize(lifetime.isZero() ? 0 : MAXIMUM_ENTRIES)
                .expireAfterWrite(lifetime)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Stands for a name with a password; nothing about either can be told from it. */
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

    Optional<Remembered> find(ByteBuffer fingerprint) {
        Right known = right.getIfPresent(fingerprint);
        if (known != null) {
            return Optional.of(new Remembered(known.result(), !clock.instant().isBefore(known.due())));
        }
        return Optional.ofNullable(refused.getIfPresent(fingerprint)).map(result -> new Remembered(result, false));
    }

    /** Takes what the directory said; that it said nothing is not to be remembered. */
    void remember(ByteBuffer fingerprint, AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Authenticated) {
            Instant due = clock.instant().plus(lifetime.multipliedBy(3).dividedBy(4));
            right.put(fingerprint, new Right(result, due));
        } else {
            right.invalidate(fingerprint);
            refused.put(fingerprint, result);
        }
    }
}
