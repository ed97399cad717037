package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A token as the value of a header. */
final class BearerToken {

    private BearerToken() {}

    /** Whether a token can stand in a header. */
    static boolean isUsable(String token) {
        return token.matches("[!-~]+");
    }

    /** {@code Bearer …}. */
    static Secret authorization(String token) {
        return Secret.of("Bearer " + token);
    }

    /** Reads a token's file as it is now. */
    static Secret read(Path path) throws CredentialUnavailableException {
        FileSnapshot.Content content = FileSnapshot.readNow(path);
        if (content instanceof FileSnapshot.Content.Absent absent) {
            throw new CredentialUnavailableException("the token file " + path + " " + absent.reason());
        }
        byte[] bytes = ((FileSnapshot.Content.Present) content).file().bytes();
        String token = new String(bytes, StandardCharsets.UTF_8).strip();
        if (!isUsable(token)) {
            throw new CredentialUnavailableException("the token file " + path
                    + (token.isEmpty() ? " is empty" : " has characters that can not stand in a header"));
        }
        return authorization(token);
    }
}
