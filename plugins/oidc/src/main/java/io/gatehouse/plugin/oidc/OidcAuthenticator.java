package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Judges the bearer tokens of one issuer. A token that names another issuer is somebody else's. */
final class OidcAuthenticator implements Authenticator {

    private final String issuer;
    private final Provider provider;
    private final TokenJudge judge;
    private final ClaimsPolicy policy;
    private final IdentityRules rules;
    private final VerifiedTokens verified;
    private final Runnable stop;

    /** @param stop ends what works in the background */
    OidcAuthenticator(
            String issuer,
            Provider provider,
            TokenJudge judge,
            ClaimsPolicy policy,
            IdentityRules rules,
            Runnable stop) {
        this.issuer = issuer;
        this.provider = provider;
        this.judge = judge;
        this.policy = policy;
        this.rules = rules;
        this.verified = new VerifiedTokens(policy.clock());
        this.stop = stop;
    }

    @Override
    public AuthenticationResult authenticate(Credential credential, RequestView request) {
        if (!(credential instanceof Credential.Bearer bearer)) {
            return AuthenticationResult.notMine();
        }
        String text = bearer.token().reveal();
        ByteBuffer fingerprint = verified.fingerprint(text);
        Optional<Identity> known = provider.peek().flatMap(now -> verified.find(fingerprint, now.keys()));
        if (known.isPresent()) {
            return AuthenticationResult.authenticated(known.get());
        }
        CompactToken.Reading reading = CompactToken.read(text, issuer);
        if (reading instanceof CompactToken.Damaged damaged) {
            return AuthenticationResult.rejected(damaged.reason());
        }
        return reading instanceof CompactToken.Ours ours
                ? judge(ours.token(), fingerprint)
                : AuthenticationResult.notMine();
    }

    private AuthenticationResult judge(CompactToken token, ByteBuffer fingerprint) {
        try {
            SigningKeys keys = judge.verify(token, TokenJudge.IDENTITY_TYPES);
            Map<String, Object> claims = token.claims();
            Instant end = policy.check(claims);
            Identity identity = rules.identity(claims, claims).withExpires(end);
            verified.add(fingerprint, identity, keys, end);
            return AuthenticationResult.authenticated(identity);
        } catch (RefusedTokenException e) {
            return AuthenticationResult.rejected(e.getMessage());
        } catch (ProviderUnavailableException e) {
            return AuthenticationResult.unavailable(e.getMessage());
        }
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Bearer");
    }

    @Override
    public Optional<String> trouble() {
        return provider.trouble();
    }

    @Override
    public Optional<String> tryConnection() {
        try {
            provider.current();
            return provider.trouble();
        } catch (ProviderUnavailableException e) {
            return Optional.of(e.getMessage());
        }
    }

    @Override
    public void close() {
        stop.run();
    }
}
