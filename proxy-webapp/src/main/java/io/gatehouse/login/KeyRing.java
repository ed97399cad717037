package io.gatehouse.login;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of cookies and of what is secret in the store. The first seals, each of them opens: to rotate them, put a new
 * line above the others on every replica, and remove the last one when nothing that it sealed is needed any more.
 * AES-256-GCM with random nonces; a sealed text names its key by the first bytes of that key's hash.
 */
public final class KeyRing {

    private static final int KEY_LENGTH = 32;
    private static final int NAME_LENGTH = 4;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private record Key(byte[] name, SecretKeySpec cipher, SecretKeySpec mac) {}

    private final List<Key> keys;

    private KeyRing(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads a file of keys.
     *
     * @param text a key a line, 32 bytes in base64; empty lines and those that begin with {@code #} do not count
     * @throws IllegalArgumentException naming the line that is none, never its content
     */
    public static KeyRing parse(String text) {
        List<Key> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String written = line.strip();
            if (!written.isEmpty() && !written.startsWith("#")) {
                keys.add(key(written, number));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("line 1: expected a key, 32 bytes in base64");
        }
        return new KeyRing(keys);
    }

    private static Key key(String written, int line) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(written);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != KEY_LENGTH) {
            throw new IllegalArgumentException("line " + line + ": expected 32 bytes in base64");
        }
        byte[] forCookies = hash(bytes, "seal");
        return new Key(
                Arrays.copyOf(hash(bytes, "name"), NAME_LENGTH),
                new SecretKeySpec(forCookies, "AES"),
                new SecretKeySpec(hash(bytes, "mac"), "HmacSHA256"));
    }

    /** A line for a file of keys. */
    public static String newKey() {
        return Base64.getEncoder().encodeToString(random(KEY_LENGTH));
    }

    /** Bytes that nobody can guess. */
    public static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** A name that nobody can guess: 128 bits in 22 characters that may stand in a URL. */
    public static String randomName() {
        return text(random(16));
    }

    /**
     * Seals.
     *
     * @param purpose what it is for: it opens for nothing else
     */
    public String seal(String purpose, byte[] plain) {
        Key key = keys.get(0);
        byte[] nonce = random(NONCE_LENGTH);
        try {
            byte[] secret = cipher(Cipher.ENCRYPT_MODE, key, nonce, purpose).doFinal(plain);
            return text(ByteBuffer.allocate(NAME_LENGTH + NONCE_LENGTH + secret.length)
                    .put(key.name())
                    .put(nonce)
                    .put(secret)
                    .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-GCM", e);
        }
    }

    /** Opens what one of the keys has sealed for this purpose; nothing when none has. */
    public Optional<byte[]> open(String purpose, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length < NAME_LENGTH + NONCE_LENGTH + TAG_BITS / 8) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOfRange(bytes, NAME_LENGTH, NAME_LENGTH + NONCE_LENGTH);
        for (Key key : keys) {
            if (Arrays.equals(key.name(), Arrays.copyOf(bytes, NAME_LENGTH))) {
                try {
                    return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, purpose)
                            .doFinal(bytes, NAME_LENGTH + NONCE_LENGTH, bytes.length - NAME_LENGTH - NONCE_LENGTH));
                } catch (GeneralSecurityException e) {
                    return Optional.empty(); // forged, cut, or for another purpose
                }
            }
        }
        return Optional.empty();
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.cipher(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A keyed hash of a text, by the first key. */
    public String mac(String purpose, String text) {
        return mac(keys.get(0), purpose, text);
    }

    /** Whether a keyed hash, by any of the keys, is this text's. */
    public boolean isMac(String purpose, String text, String mac) {
        boolean same = false;
        for (Key key : keys) {
            same |= MessageDigest.isEqual(
                    mac(key, purpose, text).getBytes(StandardCharsets.US_ASCII),
                    mac.getBytes(StandardCharsets.US_ASCII));
        }
        return same;
    }

    private static String mac(Key key, String purpose, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key.mac());
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return text(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA-256", e);
        }
    }

    private static byte[] hash(byte[] key, String use) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(("gatehouse " + use).getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
