package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a login or a refresh gave. An ID token must hold as every other token, and be for us alone. */
final class LoginTokens {

    private static final Set<String> TYPES = Set.of("jwt");

    private final String issuer;
    private final Provider provider;
    private final ProviderClient client;
    private final TokenJudge judge;
    private final ClaimsPolicy policy;
    private final IdentityRules rules;
    private final boolean groupsFromUserInfo;

    /** @param policy for tokens of a login */
    LoginTokens(
            String issuer,
            Provider provider,
            ProviderClient client,
            TokenJudge judge,
            ClaimsPolicy policy,
            IdentityRules rules,
            boolean groupsFromUserInfo) {
        this.issuer = issuer;
        this.provider = provider;
        this.client = client;
        this.judge = judge;
        this.policy = policy;
        this.rules = rules;
        this.groupsFromUserInfo = groupsFromUserInfo;
    }

    /** Somebody who is proven by an ID token. */
    record Person(Identity identity, ProviderSession session) {}

    /**
     * @param nonce what the ID token must repeat; nothing after a refresh
     */
    Person read(CodeFlow.Tokens tokens, Optional<String> nonce)
            throws RefusedTokenException, ProviderUnavailableException {
        String text = tokens.idToken().orElseThrow(() -> new RefusedTokenException("the issuer gave no ID token"));
        if (!(CompactToken.read(text, issuer) instanceof CompactToken.Ours ours)) {
            throw new RefusedTokenException("the ID token is not a readable one of this issuer");
        }
        judge.verify(ours.token(), TYPES);
        Map<String, Object> claims = ours.token().claims();
        policy.check(claims);
        if (nonce.isPresent() && !isSame(nonce.get(), ClaimsPolicy.text(claims, "nonce"))) {
            throw new RefusedTokenException("the ID token is another login's (nonce)");
        }
        String subject = ClaimsPolicy.text(claims, "sub")
                .orElseThrow(() -> new RefusedTokenException("the ID token has no subject (sub)"));
        Map<String, Object> groups = groupsFromUserInfo ? userInfo(subject, tokens.accessToken()) : claims;
        return new Person(
                rules.identity(claims, groups), new ProviderSession(subject, ClaimsPolicy.text(claims, "sid")));
    }

    /** Whose token it is that was kept; it was proven then. */
    Optional<String> subject(String idToken) {
        return CompactToken.read(idToken, issuer) instanceof CompactToken.Ours ours
                        && ours.token().claims().get("sub") instanceof String subject
                ? Optional.of(subject)
                : Optional.empty();
    }

    private static boolean isSame(String expected, Optional<String> actual) {
        return actual.isPresent()
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), actual.get().getBytes(StandardCharsets.UTF_8));
    }

    /** OpenID Connect Core 5.3: it is about them only if it says so itself. */
    private Map<String, Object> userInfo(String subject, Optional<Secret> accessToken)
            throws RefusedTokenException, ProviderUnavailableException {
        URI address = provider.current()
                .discovery()
                .userInfo()
                .orElseThrow(() -> new ProviderUnavailableException(issuer + " names no userinfo endpoint"));
        if (accessToken.isEmpty()) {
            throw new RefusedTokenException("the issuer gave no access token to ask for the groups with");
        }
        Map<String, Object> claims;
        try {
            claims = StrictJson.object(client.get(
                    address,
                    Map.of("Authorization", "Bearer " + accessToken.get().reveal())));
        } catch (ProviderUnavailableException.TooLarge e) {
            throw new RefusedTokenException(e.getMessage());
        } catch (IllegalArgumentException e) { // it answers: no outage that a session is borne for
            throw new RefusedTokenException(address + " can not be read: " + e.getMessage());
        }
        if (!subject.equals(claims.get("sub"))) {
            throw new RefusedTokenException("the user information is about somebody else (sub)");
        }
        return claims;
    }
}
