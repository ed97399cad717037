package io.gatehouse.spi;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An authenticator that people can also log in with in a browser. The host has the pages, the cookies, the sessions and
 * the limits; a product only says what comes next, and looks again at somebody when the host asks.
 */
public interface LoginAuthenticator extends Authenticator {

    /** What the login page calls it, such as {@code GitHub}. */
    String title();

    /**
     * One step of a login. What is overridden here leads to a provider and back. As it is, the host shows a form for a
     * user name and a password and hands both to {@link #authenticate} as a {@link Credential.Basic}.
     */
    default LoginStep login(LoginRequest request) {
        return LoginStep.askPassword();
    }

    /**
     * Looks again at somebody who has logged in here: whether they still may, and which groups they have now. Asked when
     * the session's renewal is due, by one replica at a time for one session.
     *
     * @param identity as it was proven or renewed last
     * @param grant what the login or the last renewal asked to keep
     */
    Renewal renew(Identity identity, Optional<Secret> grant);

    /**
     * Whether {@link #renew} tells of anybody without a grant, as a directory does that is asked by an account of its own.
     * Then people are looked at again of whom only API tokens are in use. What it ends is believed: it may not be that
     * only the grant is missing. Always the same, and said at once.
     */
    default boolean renewsWithoutGrant() {
        return false;
    }

    /**
     * Where the browser goes at a logout, so that the provider logs out too.
     *
     * @param grant what the login or the last renewal asked to keep
     * @param back where the provider shall send the browser afterwards
     */
    default Optional<URI> logout(Optional<Secret> grant, URI back) {
        return Optional.empty();
    }

    /**
     * How kubectl logs in at the provider by itself, without Gatehouse: a credential plugin and its arguments, for the
     * kubeconfig of whoever has logged in here. What it gets has to be a credential that {@link #authenticate} takes.
     *
     * @return the command and its arguments, none of them a secret; empty where there is no such way
     */
    default List<String> kubectlLogin() {
        return List.of();
    }

    /**
     * Reads a provider's notice that somebody has logged out there (OpenID Connect Back-Channel Logout 1.0, 2.5).
     *
     * @param form the fields of the request
     * @return what it says; nothing when the notice does not hold
     */
    default Optional<LogoutNotice> loggedOutAtProvider(Map<String, List<String>> form) {
        return Optional.empty();
    }
}
