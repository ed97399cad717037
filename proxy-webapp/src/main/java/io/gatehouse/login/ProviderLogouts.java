package io.gatehouse.login;

import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.StateStore.Entry;
import java.util.List;
import java.util.Optional;

/** Ends the sessions that a provider gives notice of, once for each notice. */
public final class ProviderLogouts {

    private static final String NOTICE = "notice"; // acted upon

    private final StoredSessions stored;
    private final SharedState state;
    private final Sessions sessions;

    public ProviderLogouts(LoginRules rules, SharedState state, Sessions sessions) {
        this.stored = new StoredSessions(rules, state);
        this.state = state;
        this.sessions = sessions;
    }

    /**
     * Ends those that a provider says have ended there.
     *
     * @return how many; nothing when the notice has done so before
     * @throws SharedState.UnavailableException when the store does not answer: the notice counts when it comes again
     */
    public Optional<Integer> end(String authenticator, LogoutNotice notice) {
        String key = Fingerprint.of(authenticator + " " + notice.id());
        if (state.read(NOTICE, key).isPresent()) {
            return Optional.empty();
        }
        int count = endAtProvider(authenticator, notice.session());
        state.write(new Entry(NOTICE, key, 1, List.of(), "used", notice.until()));
        return Optional.of(count);
    }

    private int endAtProvider(String authenticator, ProviderSession provider) {
        String label = provider.id()
                .map(id -> StoredSession.ofProviderSession(authenticator, id))
                .orElseGet(() -> StoredSession.ofSubject(authenticator, provider.subject()));
        int count = 0;
        for (StoredSession known : stored.find(label)) {
            boolean meant = known.provider()
                    .filter(session ->
                            provider.subject().isEmpty() || provider.subject().equals(session.subject()))
                    .isPresent();
            if (meant) {
                sessions.end(known.session(), "logged out at the provider");
                count++;
            }
        }
        return count;
    }
}
