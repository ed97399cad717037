package io.gatehouse.login;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions, from the login to their end. What requests need is in their cookie; the store has what renews them. */
public final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** What one person may have at once; the oldest ends when there is one more. */
    private static final int MAX_PER_PERSON = 50;

    private static final String LOGGED_OUT = "logged out";

    /** Longer than an authenticator may take to renew one. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final LoginRules rules;
    private final SharedState state;
    private final StoredSessions stored;
    private final Endings endings;
    private final ProvenListener listener;
    private final Clock clock;

    public Sessions(LoginRules rules, SharedState state, Endings endings, ProvenListener listener, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.stored = new StoredSessions(rules, state);
        this.endings = endings;
        this.listener = listener;
        this.clock = clock;
    }

    /** What is said of a session. */
    sealed interface State {
        /** It goes on; as it is now. */
        record Good(Session session) implements State {}

        /** It has ended. */
        record Ended(String reason) implements State {}

        /** It can not be told. */
        record Unknown(String reason) implements State {}
    }

    /**
     * Begins one.
     *
     * @param beside the logins that the browser has under way, this one too; nothing when there is no other
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public Session begin(String authenticator, LoginStep.LoggedIn login, List<String> beside) {
        Instant now = now();
        Session session = new Session(KeyRing.randomName(), authenticator, login.identity(), now, now, now);
        of(session.identity().user()).stream()
                .sorted(Comparator.comparing(Session::began).reversed())
                .skip(MAX_PER_PERSON - 1L)
                .forEach(oldest -> end(oldest, "too many sessions of one person"));
        stored.write(new StoredSession(session, login.grant(), login.session(), beside, Instant.EPOCH), 1);
        tell(session);
        return session;
    }

    /**
     * Why somebody may not log in at the moment.
     *
     * @throws SharedState.UnavailableException when that can not be told
     */
    Optional<String> shutOut(String user) {
        endings.requireNews();
        return endings.shutOut(user);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }

    Instant endOf(Session session) {
        return session.began().plus(rules.times().life());
    }

    /** The sessions of a person that go on. @throws SharedState.UnavailableException when the store does not answer */
    public List<Session> of(String user) {
        return stored.find(StoredSession.ofPerson(user)).stream()
                .map(StoredSession::session)
                .toList();
    }

    /** Whether nobody has used its cookie for too long. */
    boolean isIdle(Session session) {
        return now().isAfter(session.used().plus(rules.times().idle()));
    }

    /** Ends one, on every replica. @throws SharedState.UnavailableException when the store does not answer */
    public void end(Session session, String reason) {
        Duration memory =
                LoginRules.Times.LONGEST_RENEWAL; // of cookies, however an administrator changes theirs meanwhile
        endings.end(state, StoredSession.KIND, session.id(), endOf(session), memory, reason);
        LOG.info("A session of {} by {} has ended: {}", session.identity().user(), session.authenticator(), reason);
    }

    /**
     * Ends one whose browser logs out, and those that its other tabs have begun at the same moment: the browser keeps the
     * cookie of one of them on our own host, and may have handed over another to an application's.
     *
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public void logOut(Session session) {
        List<String> beside =
                stored.read(session.id()).map(found -> found.session().beside()).orElse(List.of());
        end(session, LOGGED_OUT);
        for (String login : beside) {
            stored.find(StoredSession.ofLogin(login)).forEach(other -> end(other.session(), LOGGED_OUT));
        }
    }

    /** Where a browser goes to log out at the provider too. */
    public Optional<URI> logoutAtProvider(Session session, URI back) {
        Optional<Secret> grant =
                stored.read(session.id()).flatMap(found -> found.session().grant());
        return Optional.ofNullable(rules.logins().get(session.authenticator()))
                .flatMap(login ->
                        login.call().call(() -> login.authenticator().logout(grant, back), failed -> Optional.empty()));
    }

    /**
     * Why a session does not go on, as far as is known without its renewal.
     *
     * @throws SharedState.UnavailableException when that can not be told
     */
    public Optional<String> ended(Session session) {
        endings.requireNews();
        return endings.ended(session.id())
                .or(() -> endings.shutOut(session.identity().user()))
                .or(() -> now().isBefore(endOf(session))
                        ? Optional.empty()
                        : Optional.of("it has reached its greatest age"));
    }

    /** How it stands with a session that a cookie tells of; one whose renewal is due is renewed. */
    State judge(Session session) {
        try {
            Optional<String> ended = ended(session);
            if (ended.isPresent()) {
                return new State.Ended(ended.get());
            }
            return isDue(session) ? renewed(session) : new State.Good(session);
        } catch (SharedState.UnavailableException e) {
            return new State.Unknown(e.getMessage());
        }
    }

    private boolean isDue(Session session) {
        return !now().isBefore(session.proven().plus(rules.times().renew()))
                || session.identity()
                        .expires()
                        .filter(end -> !now().isBefore(end))
                        .isPresent();
    }

    /** One renews it, whichever replica or request comes first; the others go on with what was known. */
    private State renewed(Session asked) {
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
                tell(renewed.session());
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
        end(known, reason);
        return new State.Ended(reason);
    }

    private State goesOn(StoredSession ours, long version, Session asked, Identity identity, Optional<Secret> grant) {
        Session renewed = ours.session().provenAt(now(), identity);
        return stored.write(ours.renewed(renewed, grant), version + 1)
                ? new State.Good(renewed.usedAt(asked.used()))
                : overtaken(renewed);
    }

    private void tell(Session session) {
        try {
            listener.proven(session.authenticator(), session.identity());
        } catch (SharedState.UnavailableException e) {
            LOG.warn("The tokens of {} are not renewed: {}", session.identity().user(), e.getMessage());
        }
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
