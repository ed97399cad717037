package io.gatehouse.cli;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Hashes passwords as {@code htpasswd -B} does. */
final class PasswordHash {

    private static final int COST = 10;

    private PasswordHash() {}

    /** @throws IllegalArgumentException when the password is empty or longer than the 72 bytes that bcrypt reads */
    static String bcrypt(char[] password) {
        int length = new String(password).getBytes(StandardCharsets.UTF_8).length;
        if (length == 0) {
            throw new IllegalArgumentException("the password is empty");
        }
        if (length > 72) {
            throw new IllegalArgumentException("the password is longer than the 72 bytes that bcrypt reads");
        }
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return OpenBSDBCrypt.generate("2y", password, salt, COST);
    }
}
