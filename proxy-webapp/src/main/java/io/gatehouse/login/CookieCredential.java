package io.gatehouse.login;

import io.gatehouse.spi.Credential;
import java.util.Optional;

/** A session's cookie as one request has brought it, opened once; and what was said of it last. */
final class CookieCredential implements Credential.Session {

    private final String host;
    private final String cookie;
    private final KeyRing openedBy;
    private final io.gatehouse.login.Session told; // the short name is the credential's here
    private volatile Optional<Sessions.State> judged = Optional.empty();

    /**
     * @param host that it came to
     * @param cookie as it came
     * @param openedBy the keys that have opened it: under others it is opened again
     * @param told what is in it
     */
    CookieCredential(String host, String cookie, KeyRing openedBy, io.gatehouse.login.Session told) {
        this.host = host;
        this.cookie = cookie;
        this.openedBy = openedBy;
        this.told = told;
    }

    String host() {
        return host;
    }

    String cookie() {
        return cookie;
    }

    KeyRing openedBy() {
        return openedBy;
    }

    io.gatehouse.login.Session told() {
        return told;
    }

    /** What was said of it last; nothing before it was judged. */
    Optional<Sessions.State> judged() {
        return judged;
    }

    void judged(Sessions.State state) {
        judged = Optional.of(state);
    }

    @Override
    public String toString() {
        return "the session cookie of " + host;
    }
}
