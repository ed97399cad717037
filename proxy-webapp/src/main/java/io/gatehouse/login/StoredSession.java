package io.gatehouse.login;

import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.StateStore.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session as the store has it.
 *
 * @param session with the identity as it was renewed last
 * @param grant what the authenticator needs to renew it
 * @param provider how the provider calls it
 * @param beside the logins that its browser had under way when it began, its own too; nothing when there was no other
 * @param leased until when somebody is renewing it
 */
record StoredSession(
        Session session,
        Optional<Secret> grant,
        Optional<ProviderSession> provider,
        List<String> beside,
        Instant leased) {

    static final String KIND = "session";

    private static final String PURPOSE = "stored session ";
    private static final String LOGIN = "login ";

    StoredSession {
        beside = List.copyOf(beside);
    }

    StoredSession leasedUntil(Instant time) {
        return new StoredSession(session, grant, provider, beside, time);
    }

    StoredSession granted(Secret newGrant) {
        return new StoredSession(session, Optional.of(newGrant), provider, beside, leased);
    }

    StoredSession renewed(Session newSession, Optional<Secret> newGrant) {
        return new StoredSession(newSession, newGrant, provider, beside, Instant.EPOCH);
    }

    Entry entry(long version, KeyRing keys, Instant expires) {
        byte[] bytes = SessionText.compressed(out -> {
            byte[] text = SessionText.of(session);
            out.writeInt(text.length);
            out.write(text);
            SessionText.write(out, grant.map(Secret::reveal).stream().toList());
            SessionText.write(
                    out, provider.map(ProviderSession::subject).stream().toList());
            SessionText.write(
                    out, provider.flatMap(ProviderSession::id).stream().toList());
            out.writeLong(leased.toEpochMilli());
        });
        return new Entry(KIND, session.id(), version, labels(), keys.seal(PURPOSE + session.id(), bytes), expires);
    }

    /** @return nothing for what no key opens any more */
    static Optional<StoredSession> of(Entry entry, KeyRing keys) {
        return keys.open(PURPOSE + entry.key(), entry.value())
                .flatMap(bytes -> SessionText.read(bytes, in -> {
                    Session session = SessionText.session(in.readNBytes(in.readInt()))
                            .orElseThrow(() -> new IllegalArgumentException("no session"));
                    Optional<Secret> grant =
                            SessionText.readTexts(in).stream().findFirst().map(Secret::of);
                    Optional<String> subject =
                            SessionText.readTexts(in).stream().findFirst();
                    Optional<String> id = SessionText.readTexts(in).stream().findFirst();
                    return new StoredSession(
                            session,
                            grant,
                            subject.map(text -> new ProviderSession(text, id)),
                            entry.labels().stream()
                                    .filter(label -> label.startsWith(LOGIN))
                                    .map(label -> label.substring(LOGIN.length()))
                                    .toList(),
                            SessionText.instant(in));
                }));
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        labels.add(ofPerson(session.identity().user()));
        provider.ifPresent(known -> {
            if (!known.subject().isEmpty()) {
                labels.add(ofSubject(session.authenticator(), known.subject()));
            }
            known.id().ifPresent(id -> labels.add(ofProviderSession(session.authenticator(), id)));
        });
        beside.forEach(login -> labels.add(ofLogin(login)));
        return labels;
    }

    static String ofPerson(String user) {
        return "user " + Fingerprint.of(user);
    }

    static String ofLogin(String login) {
        return LOGIN + login;
    }

    static String ofSubject(String authenticator, String subject) {
        return "sub " + Fingerprint.of(authenticator + " " + subject);
    }

    static String ofProviderSession(String authenticator, String id) {
        return "sid " + Fingerprint.of(authenticator + " " + id);
    }
}
