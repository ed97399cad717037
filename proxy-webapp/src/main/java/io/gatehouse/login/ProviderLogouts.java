package io.gatehouse.login;

import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.StateStore.Entry;
import java.util.List;
import java.util.Optional;

/** Ends the sessions that a provider gives notice of, once for each notice. */
public final class ProviderLogouts {

    private static final String NOTICE = "notice"; // acted upon

    private final KeyRing keys;
    private final SharedState state;
    private final Sessions sessions;

    public ProviderLogouts(LoginRules rules, SharedState state, Sessions sessions) {
        this.keys = rules.keys();
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
        for (Entry entry : sessions.entries(label)) {
            Optional<StoredSession> stored = StoredSession.of(entry, keys);
            boolean meant = stored.flatMap(StoredSession::provider)
                    .filter(known ->
                            provider.subject().isEmpty() || provider.subject().equals(known.subject()))
                    .isPresent();
            if (meant) {
                sessions.end(stored.orElseThrow().session(), "logged out at the provider");
                count++;
            }
        }
        return count;
    }
}
