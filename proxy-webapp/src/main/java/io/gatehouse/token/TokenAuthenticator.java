package io.gatehouse.token;

import io.gatehouse.login.SharedState;
import io.gatehouse.pipeline.NarrowedAuthenticator;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.RequestView;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judges API tokens, for one target: only those of persons whom one of its own authenticators had proven count there. */
public final class TokenAuthenticator implements NarrowedAuthenticator {

    private final RememberedTokens tokens;
    private final Set<String> authenticators;

    /** @param authenticators the target's own, by name */
    public TokenAuthenticator(RememberedTokens tokens, Set<String> authenticators) {
        this.tokens = tokens;
        this.authenticators = Set.copyOf(authenticators);
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Bearer bearer)
                || !bearer.token().reveal().startsWith(TokenText.PREFIX)) {
            return AuthenticationResult.notMine();
        }
        try {
            Optional<ApiToken> found = tokens.find(bearer.token());
            if (found.isEmpty()) {
                return AuthenticationResult.rejected("no such API token");
            }
            ApiToken token = found.get();
            if (!authenticators.contains(token.authenticator())) {
                return AuthenticationResult.rejected("API token " + token.id() + " is of a login by "
                        + token.authenticator() + ", which this target does not take");
            }
            return tokens.ended(token)
                    .map(reason -> AuthenticationResult.rejected("API token " + token.id() + " has ended: " + reason))
                    .orElseGet(() ->
                            AuthenticationResult.authenticated(token.identity().withExpires(token.expires())));
        } catch (SharedState.UnavailableException e) {
            return AuthenticationResult.unavailable(e.getMessage());
        }
    }

    @Override
    public Optional<String> narrowed(Credential credential, RequestView request, Optional<KubernetesAction> action) {
        if (!(credential instanceof Credential.Bearer bearer)) {
            return Optional.empty();
        }
        return tokens.find(bearer.token()).flatMap(token -> {
            String verb = action.map(KubernetesAction::verb)
                    .orElseGet(() -> request.method().toLowerCase(Locale.ROOT));
            if (!token.targets().isEmpty() && !token.targets().contains(request.target())) {
                return Optional.of("API token " + token.id() + " is not for this target");
            }
            return token.verbs().isEmpty() || token.verbs().contains(verb)
                    ? Optional.empty()
                    : Optional.of("API token " + token.id() + " is not for " + verb);
        });
    }
}
