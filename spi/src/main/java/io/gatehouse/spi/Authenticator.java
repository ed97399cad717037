package io.gatehouse.spi;

import java.util.Optional;

/** Tells who it is. Called by many requests at once. */
public interface Authenticator extends AutoCloseable {

    /**
     * Judges a credential.
     *
     * @return {@link AuthenticationResult.NotMine} for any credential of a kind, issuer, prefix or user that this
     *     authenticator does not know: the next one is asked. Every other answer is final. A failed login is a value; an
     *     exception counts as unavailable and is logged as a bug
     */
    AuthenticationResult authenticate(Credential credential, RequestView request);

    /** What a 401 says in {@code WWW-Authenticate} to a client without a credential, RFC 9110 11.6.1. */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
