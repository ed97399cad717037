package io.gatehouse.spi;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** What comes next in a login. */
public sealed interface LoginStep {

    /** The host asks for a user name and a password. */
    record AskPassword() implements LoginStep {}

    /**
     * The browser goes to the provider.
     *
     * @param to an absolute address
     * @param keep for the next step; kept encrypted in the browser, at most 2 KB together, for ten minutes
     */
    record Redirect(URI to, Map<String, String> keep) implements LoginStep {
        public Redirect {
            keep = Map.copyOf(keep);
        }
    }

    /**
     * It is this one.
     *
     * @param grant what the renewal and the logout need, such as a refresh token; kept encrypted in the store
     * @param session how the provider calls it
     */
    record LoggedIn(Identity identity, Optional<Secret> grant, Optional<ProviderSession> session)
            implements LoginStep {}

    /**
     * The login does not hold.
     *
     * @param reason for the record and the log, without secrets; the person is told a fixed sentence
     */
    record Refused(String reason) implements LoginStep {}

    /**
     * It can not be told now.
     *
     * @param reason for the record and the log
     */
    record Unavailable(String reason) implements LoginStep {}

    /** The host shows its form for a user name and a password. */
    static LoginStep askPassword() {
        return new AskPassword();
    }

    /** The browser goes to an absolute address. @param keep at most 2 KB for the next step */
    static LoginStep redirect(URI to, Map<String, String> keep) {
        return new Redirect(to, keep);
    }

    /** The login ends. @param reason for the record and the log, without secrets */
    static LoginStep refused(String reason) {
        return new Refused(reason);
    }

    /** The login ends, as it can not be told now: 503. @param reason for the record and the log */
    static LoginStep unavailable(String reason) {
        return new Unavailable(reason);
    }
}
