package io.gatehouse.spi;

/** What an {@link Authenticator} says. */
public sealed interface AuthenticationResult {

    /** It is this one. */
    record Authenticated(Identity identity) implements AuthenticationResult {}

    /** Not a credential that this authenticator knows. */
    record NotMine() implements AuthenticationResult {}

    /**
     * A known kind of credential that does not hold. Final: no other authenticator is asked.
     *
     * @param reason for the record and the log, without the credential; the client is not told
     */
    record Rejected(String reason) implements AuthenticationResult {}

    /**
     * It can not be told now; the request ends as 503.
     *
     * @param reason for the record and the log
     */
    record Unavailable(String reason) implements AuthenticationResult {}

    /** The credential holds, and is this one's. */
    static AuthenticationResult authenticated(Identity identity) {
        return new Authenticated(identity);
    }

    /** The next authenticator is asked. */
    static AuthenticationResult notMine() {
        return new NotMine();
    }

    /** The credential does not hold: 401. @param reason for the record and the log, without the credential */
    static AuthenticationResult rejected(String reason) {
        return new Rejected(reason);
    }

    /** It can not be told now: 503. @param reason for the record and the log */
    static AuthenticationResult unavailable(String reason) {
        return new Unavailable(reason);
    }
}
