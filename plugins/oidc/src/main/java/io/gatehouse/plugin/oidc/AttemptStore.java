package io.gatehouse.plugin.oidc;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import io.gatehouse.spi.LoginRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.pac4j.core.client.IndirectClient;
import org.pac4j.core.context.WebContext;
import org.pac4j.core.context.session.SessionStore;

/**
 * What pac4j keeps between the steps of a login, in what the host keeps for this one attempt: so several can be under way
 * in one browser. The state is the attempt itself.
 */
final class AttemptStore implements SessionStore {

    static final String NONCE = "nonce";
    static final String VERIFIER = "verifier";

    private final String attempt;
    private final IndirectClient client;
    private final Map<String, String> kept;

    AttemptStore(LoginRequest request, IndirectClient client) {
        this.attempt = request.attempt();
        this.client = client;
        this.kept = new HashMap<>(request.kept());
    }

    /** For the next step. */
    Map<String, String> kept() {
        return Map.copyOf(kept);
    }

    @Override
    public Optional<Object> get(WebContext context, String key) {
        if (key.equals(client.getStateSessionAttributeName())) {
            return Optional.of(new State(attempt));
        }
        if (key.equals(client.getCodeVerifierSessionAttributeName())) {
            return Optional.ofNullable(kept.get(VERIFIER)).map(CodeVerifier::new);
        }
        return key.equals(client.getNonceSessionAttributeName())
                ? Optional.ofNullable(kept.get(NONCE))
                : Optional.empty();
    }

    @Override
    public void set(WebContext context, String key, Object value) {
        if (key.equals(client.getCodeVerifierSessionAttributeName())) {
            kept.put(VERIFIER, ((CodeVerifier) value).getValue());
        } else if (key.equals(client.getNonceSessionAttributeName())) {
            kept.put(NONCE, (String) value);
        }
    }

    @Override
    public Optional<String> getSessionId(WebContext context, boolean createSession) {
        return Optional.of(attempt);
    }

    @Override
    public boolean destroySession(WebContext context) {
        return false;
    }

    @Override
    public Optional<Object> getTrackableSession(WebContext context) {
        return Optional.empty();
    }

    @Override
    public Optional<SessionStore> buildFromTrackableSession(WebContext context, Object trackableSession) {
        return Optional.empty();
    }

    @Override
    public boolean renewSession(WebContext context) {
        return false;
    }
}
