package io.gatehouse.login;

import io.gatehouse.spi.LoginStep;
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

    private final LoginRules rules;
    private final SharedState state;
    private final StoredSessions stored;
    private final Endings endings;
    private final ProvenListener listener;
    private final Clock clock;
    private final SessionRenewal renewal;

    public Sessions(LoginRules rules, SharedState state, Endings endings, ProvenListener listener, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.stored = new StoredSessions(rules, state);
        this.endings = endings;
        this.listener = listener;
        this.clock = clock;
        this.renewal = new SessionRenewal(rules, state, stored, this, clock);
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
            return renewal.isDue(session) ? renewal.renewed(session) : new State.Good(session);
        } catch (SharedState.UnavailableException e) {
            return new State.Unknown(e.getMessage());
        }
    }

    /** Tells who else follows logins that somebody was proven. */
    void tell(Session session) {
        try {
            listener.proven(session.authenticator(), session.identity());
        } catch (SharedState.UnavailableException e) {
            LOG.warn("The tokens of {} are not renewed: {}", session.identity().user(), e.getMessage());
        }
    }
}
