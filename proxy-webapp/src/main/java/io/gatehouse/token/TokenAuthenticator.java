package io.gatehouse.token;

import io.gatehouse.login.SharedState;
import io.gatehouse.pipeline.EarlierProof;
import io.gatehouse.pipeline.NarrowedAuthenticator;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.RequestView;
import java.util.Optional;
import java.util.Set;

/** Judges API tokens, for one target: only those of persons whom one of its own authenticators had proven count there. */
public final class TokenAuthenticator implements NarrowedAuthenticator {

    private final RememberedTokens tokens;
    private final ConfirmedOwners owners;
    private final Set<String> authenticators;

    /** @param authenticators the target's own, by name */
    public TokenAuthenticator(RememberedTokens tokens, ConfirmedOwners owners, Set<String> authenticators) {
        this.tokens = tokens;
        this.owners = owners;
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
                    .or(() -> owners.refusal(token))
                    .orElseGet(() ->
                            AuthenticationResult.authenticated(token.identity().withExpires(token.expires())));
        } catch (SharedState.UnavailableException e) {
            return AuthenticationResult.unavailable(e.getMessage());
        }
    }

    @Override
    public Optional<String> narrowed(Credential credential, RequestView request, Set<String> verbs) {
        if (!(credential instanceof Credential.Bearer bearer)) {
            return Optional.empty();
        }
        Optional<ApiToken> found = tokens.find(bearer.token());
        if (found.isEmpty()) { // it has ended since it was judged: what it was good for can not be told any more
            return Optional.of("the API token has just ended");
        }
        return found.flatMap(token -> {
            if (!token.targets().isEmpty() && !token.targets().contains(request.target())) {
                return Optional.of("API token " + token.id() + " is not for this target");
            }
            return token.verbs().isEmpty()
                    ? Optional.empty()
                    : verbs.stream()
                            .filter(verb -> !token.verbs().contains(verb))
                            .findFirst()
                            .map(verb -> "API token " + token.id() + " is not for " + verb);
        });
    }

    @Override
    public Optional<EarlierProof> earlierProof(Credential credential) {
        return credential instanceof Credential.Bearer bearer
                ? tokens.find(bearer.token())
                        .map(token -> new EarlierProof(token.authenticator(), API_TOKEN + " " + token.id()))
                : Optional.empty();
    }
}
