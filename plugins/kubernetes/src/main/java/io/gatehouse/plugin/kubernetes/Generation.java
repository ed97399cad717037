package io.gatehouse.plugin.kubernetes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A text that changes when anything behind a credential does. It is keyed with a number of this process, so that nobody
 * can guess a password from it.
 */
final class Generation {

    private static final SecretKeySpec KEY = new SecretKeySpec(random(), "HmacSHA256");

    private final Mac mac;

    Generation() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(KEY);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JVM has no HmacSHA256", e);
        }
    }

    /** Adds one part. */
    Generation add(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        mac.update(bytes);
        return this;
    }

    private static byte[] random() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(mac.doFinal(), 0, 16);
    }
}
