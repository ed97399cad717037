package io.gatehouse.token;

import io.gatehouse.login.Fingerprint;
import io.gatehouse.login.Session;
import io.gatehouse.spi.Identity;
import java.time.Instant;

/**
 * Somebody who has tokens, or is to have one.
 *
 * @param authenticator the administrator's name of the one that has proven them
 * @param identity who they are
 * @param proven when that was
 */
public record Owner(String authenticator, Identity identity, Instant proven) {

    /** Whoever has logged in in a browser. */
    public static Owner of(Session session) {
        return new Owner(session.authenticator(), session.identity(), session.proven());
    }

    /** Names them in the store: the same for all that one authenticator says of one person. */
    String id() {
        return id(authenticator, identity);
    }

    static String id(String authenticator, Identity identity) {
        return Fingerprint.of(
                authenticator + "\n" + identity.user() + "\n" + identity.uid().orElse(""));
    }
}
