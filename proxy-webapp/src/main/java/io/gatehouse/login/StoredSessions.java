package io.gatehouse.login;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions in the store; each of these throws {@link SharedState.UnavailableException} when that does not answer. */
final class StoredSessions {

    private final LoginRules rules;
    private final SharedState state;

    StoredSessions(LoginRules rules, SharedState state) {
        this.rules = rules;
        this.state = state;
    }

    /** One as it was read. */
    record Found(StoredSession session, long version) {}

    Optional<Found> read(String id) {
        return state.read(StoredSession.KIND, id)
                .flatMap(entry ->
                        StoredSession.of(entry, rules.keys()).map(stored -> new Found(stored, entry.version())));
    }

    /** Those that have a label; at most a thousand. */
    List<StoredSession> find(String label) {
        return state.find(StoredSession.KIND, label, 1_000).stream()
                .flatMap(entry -> StoredSession.of(entry, rules.keys()).stream())
                .toList();
    }

    /** @return whether this is the version behind the one that is there */
    boolean write(StoredSession stored, long version) {
        return state.write(stored.entry(version, rules.keys(), until(stored.session())));
    }

    /** Its end, or when its cookies have been idle for too long, if they were used until its renewal could wait no more. */
    private Instant until(Session session) {
        LoginRules.Times times = rules.times();
        Instant end = session.began().plus(times.life());
        Instant idle = times.borne(session.proven()).plus(times.idle());
        return idle.isBefore(end) ? idle : end;
    }
}
