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

    /**
     * What is in its way at the moment, such as an issuer or a directory that does not answer; for those who look after
     * Gatehouse. Asked with every readiness probe, so it must not wait: it tells what is known.
     */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /**
     * Tries whether what it depends on answers, as for {@code gatehouse check --connect}; may take some seconds.
     *
     * @return what is wrong; nothing when all is well, or there is nothing to try
     */
    default Optional<String> tryConnection() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
