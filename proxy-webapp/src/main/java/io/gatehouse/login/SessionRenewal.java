package io.gatehouse.login;

import io.gatehouse.login.Sessions.State;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authenticator of a session again. One renews it, whichever replica or request comes first; the others go on with
 * what was known.
 */
final class SessionRenewal {

    private static final Logger LOG = LoggerFactory.getLogger(SessionRenewal.class);

    /** Longer than an authenticator may take to renew one. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final LoginRules rules;
    private final SharedState state;
    private final StoredSessions stored;
    private final Sessions sessions;
    private final Clock clock;

    /** @param sessions ends those that are over, and tells who was proven */
    SessionRenewal(LoginRules rules, SharedState state, StoredSessions stored, Sessions sessions, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.stored = stored;
        this.sessions = sessions;
        this.clock = clock;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    /** Whether its authenticator is to be asked again. */
    boolean isDue(Session session) {
        return !now().isBefore(session.proven().plus(rules.times().renew()))
                || session.identity()
                        .expires()
                        .filter(end -> !now().isBefore(end))
                        .isPresent();
    }

    /**
     * Renews it.
     *
     * @param asked as a cookie tells of it
     * @throws SharedState.UnavailableException when the store does not answer
     */
    State renewed(Session asked) {
        Optional<StoredSessions.Found> found = stored.read(asked.id());
        if (found.isEmpty()) {
            return new State.Ended("it is not in the store any more");
        }
        Session known = found.get().session().session();
        if (!isDue(known)) {
            return new State.Good(known.usedAt(asked.used()));
        }
        boolean leased = now().isBefore(found.get().session().leased());
        long version = found.get().version() + 1;
        StoredSession ours = found.get().session().leasedUntil(now().plus(LEASE));
        return !leased && stored.write(ours, version)
                ? renewed(ours, version, asked)
                : asBefore(known, asked, "it is being renewed");
    }

    private State renewed(StoredSession ours, long version, Session asked) {
        Session known = ours.session();
        Login login = rules.logins().get(known.authenticator());
        if (login == null) {
            return over(known, "nobody logs in with " + known.authenticator() + " any more");
        }
        Renewal renewal = login.call()
                .call(() -> login.authenticator().renew(known.identity(), ours.grant()), Renewal::unavailable);
        if (renewal instanceof Renewal.Renewed good) {
            Identity identity = good.identity();
            if (!identity.user().equals(known.identity().user())
                    || !identity.uid().equals(known.identity().uid())) {
                return over(known, "its renewal gave another user");
            }
            State state = goesOn(ours, version, asked, identity, good.grant());
            if (state instanceof State.Good renewed) {
                sessions.tell(renewed.session());
            }
            return state;
        }
        if (renewal instanceof Renewal.Unchanged same) {
            return goesOn(ours, version, asked, known.identity(), same.grant());
        }
        if (renewal instanceof Renewal.Ended gone) {
            return over(known, gone.reason());
        }
        Renewal.Unavailable later = (Renewal.Unavailable) renewal;
        LOG.warn("A session by {} can not be renewed at the moment: {}", known.authenticator(), later.reason());
        boolean kept = later.grant().isEmpty()
                || stored.write(ours.granted(later.grant().get()), version + 1);
        return kept ? asBefore(known, asked, later.reason()) : overtaken(known);
    }

    private State over(Session known, String reason) {
        sessions.end(known, reason);
        return new State.Ended(reason);
    }

    private State goesOn(StoredSession ours, long version, Session asked, Identity identity, Optional<Secret> grant) {
        Session renewed = ours.session().provenAt(now(), identity);
        return stored.write(ours.renewed(renewed, grant), version + 1)
                ? new State.Good(renewed.usedAt(asked.used()))
                : overtaken(renewed);
    }

    private State overtaken(Session known) {
        return state.read(StoredSession.KIND, known.id()).isEmpty()
                ? new State.Ended("it ended while it was renewed")
                : new State.Unknown("it was renewed elsewhere meanwhile");
    }

    private State asBefore(Session known, Session asked, String reason) {
        return now().isBefore(rules.times().borne(known.proven()))
                ? new State.Good(known.usedAt(asked.used()))
                : new State.Unknown("it can not be renewed: " + reason);
    }
}
