package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import io.gatehouse.login.Sessions;
import io.gatehouse.login.SharedState;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.token.ApiTokens;
import io.gatehouse.token.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The tokens of {@code gatehouse login}: of a working day, for whoever has said yes in a browser. */
final class ProgramTokens {

    private static final Duration LIFE = Duration.ofHours(12);

    private final Throttle throttle;
    private final ApiTokens tokens;
    private final Sessions sessions;
    private final Duration life;

    ProgramTokens(LoginRules rules, Throttle throttle, ApiTokens tokens, Sessions sessions) {
        this.throttle = throttle;
        this.tokens = tokens;
        this.sessions = sessions;
        this.life = rules.times().tokens().compareTo(LIFE) < 0 ? rules.times().tokens() : LIFE;
    }

    /** How long one is good, at least one. */
    long hours() {
        return Math.max(1, life.toHours());
    }

    /**
     * Whether somebody may have one: their session may have ended since they said yes.
     *
     * @throws SharedState.UnavailableException when that can not be told
     */
    boolean mayHave(Session session) {
        return sessions.ended(session).isEmpty();
    }

    /** Answers with a new one. @throws RefusedException when they have too many */
    void give(Visit visit, Session session) throws IOException {
        throttle.token(session.identity().user());
        try {
            ApiTokens.Issued issued = tokens.issue(Owner.of(session), "gatehouse login", life, Set.of(), Set.of());
            visit.allow(
                    session, "a program logs in with token " + issued.token().id());
            visit.answer(
                    200,
                    "application/json",
                    "{\"token\": " + Json.text(issued.text().reveal()) + ", \"expires\": "
                            + Json.text(issued.token().expires().toString()) + ", \"user\": "
                            + Json.text(issued.token().identity().user()) + "}\n",
                    List.of());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "invalid", e.getMessage(), e.getMessage());
        }
    }
}
