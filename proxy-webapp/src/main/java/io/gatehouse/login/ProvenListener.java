package io.gatehouse.login;

import io.gatehouse.spi.Identity;

/** Hears of people whom an authenticator has just proven, at a login or the renewal of a session. */
@FunctionalInterface
public interface ProvenListener {

    /**
     * Somebody is who they are, and in these groups.
     *
     * @param authenticator the administrator's name of the one that says so
     * @throws SharedState.UnavailableException when the store does not answer: they will be proven again
     */
    void proven(String authenticator, Identity identity);
}
