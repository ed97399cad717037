package io.gatehouse.plugin.htpasswd;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.IllegalBCryptFormatException;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.apache.commons.codec.digest.Md5Crypt;

/** A stored hash, in one of the forms that Apache's htpasswd writes (its -B, -m and -s). */
sealed interface PasswordHash {

    int MINIMUM_COST = 4;
    int MAXIMUM_COST = 14;

    /** Whether this is the hash of a password; the time does not tell how much of it is right. */
    boolean matches(byte[] password);

    /** @throws IllegalArgumentException with a message for the administrator, which does not show the hash */
    static PasswordHash parse(String text, boolean allowSha) {
        if (text.matches("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}")) {
            return Bcrypt.parse(text);
        }
        if (text.matches("\\$apr1\\$[./A-Za-z0-9]{1,8}\\$[./A-Za-z0-9]{22}")) {
            return new Apr1(text);
        }
        if (text.matches("\\{SHA}[+/A-Za-z0-9]{27}=")) {
            if (!allowSha) {
                throw new IllegalArgumentException("a {SHA} hash is unsalted and quick to guess; make a new one with"
                        + " htpasswd -B, or write allow-sha: true");
            }
            return new Sha(Base64.getDecoder().decode(text.substring(5)));
        }
        throw new IllegalArgumentException("the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA});"
                + " make a new one with htpasswd -B");
    }

    /** {@code $2y$}; 2a and 2b are the same function. Bytes beyond the 72nd do not count, as in every bcrypt. */
    record Bcrypt(int cost, byte[] salt, byte[] hash) implements PasswordHash {

        private static final int MAXIMUM_BYTES = 72;

        static Bcrypt parse(String text) {
            BCrypt.HashData data;
            try {
                // The forms differ in their name only, and this parser wants its own.
                String canonical = "$2y$" + text.substring(4);
                data = BCrypt.Version.VERSION_2Y.parser.parse(canonical.getBytes(StandardCharsets.US_ASCII));
            } catch (IllegalBCryptFormatException e) {
                throw new IllegalArgumentException("the bcrypt hash is damaged; make a new one with htpasswd -B", e);
            }
            if (data.cost < MINIMUM_COST || data.cost > MAXIMUM_COST) {
                throw new IllegalArgumentException("a bcrypt cost of " + data.cost + " is outside of " + MINIMUM_COST
                        + " to " + MAXIMUM_COST + "; make a new hash with htpasswd -B -C 10");
            }
            return new Bcrypt(data.cost, data.rawSalt, data.rawHash);
        }

        @Override
        public boolean matches(byte[] password) {
            boolean full = password.length >= MAXIMUM_BYTES;
            BCrypt.Version version = full ? BCrypt.Version.VERSION_2Y_NO_NULL_TERMINATOR : BCrypt.Version.VERSION_2Y;
            byte[] significant = full ? Arrays.copyOf(password, MAXIMUM_BYTES) : password;
            byte[] made = BCrypt.with(version, LongPasswordStrategies.none())
                    .hashRaw(cost, salt.clone(), significant)
                    .rawHash;
            return MessageDigest.isEqual(hash, made);
        }

        @Override
        public String toString() {
            return "bcrypt";
        }
    }

    /** Apache's own MD5 form. */
    record Apr1(String hash) implements PasswordHash {
        @Override
        public boolean matches(byte[] password) {
            // The library wipes the array that it is given.
            String made = Md5Crypt.apr1Crypt(password.clone(), hash);
            return MessageDigest.isEqual(
                    hash.getBytes(StandardCharsets.US_ASCII), made.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public String toString() {
            return "apr1";
        }
    }

    /** An unsalted SHA-1. */
    record Sha(byte[] hash) implements PasswordHash {
        @Override
        public boolean matches(byte[] password) {
            try {
                return MessageDigest.isEqual(
                        hash, MessageDigest.getInstance("SHA-1").digest(password));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no SHA-1", e);
            }
        }

        @Override
        public String toString() {
            return "SHA";
        }
    }
}
