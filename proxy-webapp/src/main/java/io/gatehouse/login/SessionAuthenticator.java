package io.gatehouse.login;

import io.gatehouse.pipeline.EarlierProof;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.RequestView;
import java.util.Optional;
import java.util.Set;

/** Judges sessions, for one target: only the login of one of its own authenticators counts there. */
public final class SessionAuthenticator implements EarlierProof.Keeper {

    /** What the record calls it. */
    public static final String CREDENTIAL = "session";

    private final SessionCookies cookies;
    private final Set<String> authenticators;

    /** @param authenticators the target's own, by name */
    public SessionAuthenticator(SessionCookies cookies, Set<String> authenticators) {
        this.cookies = cookies;
        this.authenticators = Set.copyOf(authenticators);
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Session session)) {
            return AuthenticationResult.notMine();
        }
        Optional<Session> known = cookies.open(session);
        if (known.isEmpty()) {
            return AuthenticationResult.rejected("the session's cookie does not open");
        }
        if (!authenticators.contains(known.get().authenticator())) {
            return AuthenticationResult.rejected(
                    "the session is by " + known.get().authenticator() + ", which this target does not take");
        }
        Sessions.State state = cookies.judge(session, known.get());
        if (state instanceof Sessions.State.Good good) {
            return AuthenticationResult.authenticated(cookies.untilItsEnd(good.session()));
        }
        return state instanceof Sessions.State.Ended ended
                ? AuthenticationResult.rejected("the session has ended: " + ended.reason())
                : AuthenticationResult.unavailable(((Sessions.State.Unknown) state).reason());
    }

    @Override
    public Optional<EarlierProof> earlierProof(Credential credential) {
        return credential instanceof Credential.Session session
                ? cookies.open(session).map(known -> new EarlierProof(known.authenticator(), CREDENTIAL))
                : Optional.empty();
    }
}
