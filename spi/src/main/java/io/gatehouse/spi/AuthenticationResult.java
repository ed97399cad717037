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

    static AuthenticationResult authenticated(Identity identity) {
        return new Authenticated(identity);
    }

    static AuthenticationResult notMine() {
        return new NotMine();
    }

    static AuthenticationResult rejected(String reason) {
        return new Rejected(reason);
    }

    static AuthenticationResult unavailable(String reason) {
        return new Unavailable(reason);
    }
}
