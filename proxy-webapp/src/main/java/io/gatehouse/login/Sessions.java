package io.gatehouse.login;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.StateStore.Entry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    /** Longer than an authenticator may take to renew one. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final LoginRules rules;
    private final SharedState state;
    private final Endings endings;
    private final Clock clock;

    public Sessions(LoginRules rules, SharedState state, Endings endings, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.endings = endings;
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

    /** @throws SharedState.UnavailableException when the store does not answer */
    public Session begin(String authenticator, LoginStep.LoggedIn login) {
        Instant now = now();
        Session session = new Session(KeyRing.randomName(), authenticator, login.identity(), now, now, now);
        List<Entry> others = entries(StoredSession.ofPerson(session.identity().user()));
        others.stream()
                .flatMap(entry -> StoredSession.of(entry, rules.keys()).stream())
                .map(StoredSession::session)
                .sorted(Comparator.comparing(Session::began).reversed())
                .skip(MAX_PER_PERSON - 1L)
                .forEach(oldest -> end(oldest, "too many sessions of one person"));
        StoredSession stored = new StoredSession(session, login.grant(), login.session(), Instant.EPOCH);
        state.write(stored.entry(1, rules.keys(), endOf(session)));
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

    List<Entry> entries(String label) {
        return state.find(StoredSession.KIND, label, 1_000);
    }

    /** The sessions of a person that go on. @throws SharedState.UnavailableException when the store does not answer */
    public List<Session> of(String user) {
        List<Session> sessions = new ArrayList<>();
        for (Entry entry : entries(StoredSession.ofPerson(user))) {
            StoredSession.of(entry, rules.keys()).ifPresent(stored -> sessions.add(stored.session()));
        }
        return sessions;
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

    /** Where a browser goes to log out at the provider too. */
    public Optional<URI> logoutAtProvider(Session session, URI back) {
        Optional<Secret> grant = stored(session.id()).flatMap(StoredSession::grant);
        return Optional.ofNullable(rules.logins().get(session.authenticator()))
                .flatMap(login ->
                        login.call().call(() -> login.authenticator().logout(grant, back), failed -> Optional.empty()));
    }

    private Optional<StoredSession> stored(String id) {
        return state.read(StoredSession.KIND, id).flatMap(entry -> StoredSession.of(entry, rules.keys()));
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
        Optional<Entry> entry = state.read(StoredSession.KIND, asked.id());
        Optional<StoredSession> stored = entry.flatMap(known -> StoredSession.of(known, rules.keys()));
        if (stored.isEmpty()) {
            return new State.Ended("it is not in the store any more");
        }
        Session known = stored.get().session();
        if (!isDue(known)) {
            return new State.Good(known.usedAt(asked.used()));
        }
        boolean leased = now().isBefore(stored.get().leased());
        long version = entry.get().version();
        StoredSession ours = stored.get().leasedUntil(now().plus(LEASE));
        return !leased && keep(ours, version + 1)
                ? renewed(ours, version + 1, asked)
                : asBefore(known, asked, "it is being renewed");
    }

    private State renewed(StoredSession stored, long version, Session asked) {
        Session known = stored.session();
        Login login = rules.logins().get(known.authenticator());
        if (login == null) {
            end(known, "nobody logs in with " + known.authenticator() + " any more");
            return new State.Ended("nobody logs in with " + known.authenticator() + " any more");
        }
        Renewal renewal = login.call()
                .call(() -> login.authenticator().renew(known.identity(), stored.grant()), Renewal::unavailable);
        if (renewal instanceof Renewal.Renewed good) {
            Identity identity = good.identity();
            if (!identity.user().equals(known.identity().user())) {
                end(known, "its renewal gave another user");
                return new State.Ended("its renewal gave another user");
            }
            Session renewed = known.provenAt(now(), identity);
            return keep(stored.renewed(renewed, good.grant()), version + 1)
                    ? new State.Good(renewed.usedAt(asked.used()))
                    : overtaken(known);
        }
        if (renewal instanceof Renewal.Ended gone) {
            end(known, gone.reason());
            return new State.Ended(gone.reason());
        }
        Renewal.Unavailable later = (Renewal.Unavailable) renewal;
        LOG.warn("A session by {} can not be renewed at the moment: {}", known.authenticator(), later.reason());
        boolean kept =
                later.grant().isEmpty() || keep(stored.granted(later.grant().get()), version + 1);
        return kept ? asBefore(known, asked, later.reason()) : overtaken(known);
    }

    private boolean keep(StoredSession stored, long version) {
        return state.write(stored.entry(version, rules.keys(), endOf(stored.session())));
    }

    private State overtaken(Session known) {
        return state.read(StoredSession.KIND, known.id()).isEmpty()
                ? new State.Ended("it ended while it was renewed")
                : new State.Unknown("it was renewed elsewhere meanwhile");
    }

    private State asBefore(Session known, Session asked, String reason) {
        Instant borne =
                known.proven().plus(rules.times().renew()).plus(rules.times().grace());
        return now().isBefore(borne)
                ? new State.Good(known.usedAt(asked.used()))
                : new State.Unknown("it can not be renewed: " + reason);
    }
}
