package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.ProviderSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.6). That each counts once is the host's affair. */
final class LogoutTokens {

    private static final Set<String> TYPES = Set.of("logout+jwt", "jwt");
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration OLDEST = Duration.ofMinutes(5);

    private final String issuer;
    private final TokenJudge judge;
    private final ClaimsPolicy policy;
    private final Clock clock;

    /** @param policy for tokens of a login: theirs is the audience */
    LogoutTokens(String issuer, TokenJudge judge, ClaimsPolicy policy) {
        this.issuer = issuer;
        this.judge = judge;
        this.policy = policy;
        this.clock = policy.clock();
    }

    /** What one says. */
    LogoutNotice read(String text) throws RefusedTokenException, ProviderUnavailableException {
        if (!(CompactToken.read(text, issuer) instanceof CompactToken.Ours ours)) {
            throw new RefusedTokenException("it is not a readable token of this issuer");
        }
        judge.verify(ours.token(), TYPES);
        Map<String, Object> claims = ours.token().claims();
        policy.checkAudience(claims);
        Instant until = checkTime(claims);
        if (!(claims.get("events") instanceof Map<?, ?> events) || !(events.get(EVENT) instanceof Map<?, ?>)) {
            throw new RefusedTokenException("it is not about a logout (events)");
        }
        if (claims.containsKey("nonce")) {
            throw new RefusedTokenException("it has a nonce, as ID tokens have");
        }
        Optional<String> subject = ClaimsPolicy.text(claims, "sub");
        Optional<String> session = ClaimsPolicy.text(claims, "sid");
        if (subject.isEmpty() && session.isEmpty()) {
            throw new RefusedTokenException("it says neither who (sub) nor which session (sid)");
        }
        String id = ClaimsPolicy.text(claims, "jti").orElseThrow(() -> new RefusedTokenException("it has no id (jti)"));
        return new LogoutNotice(new ProviderSession(subject.orElse(""), session), id, until);
    }

    /** Until when it holds. */
    private Instant checkTime(Map<String, Object> claims) throws RefusedTokenException {
        Instant now = clock.instant();
        Instant issued =
                ClaimsPolicy.time(claims, "iat").orElseThrow(() -> new RefusedTokenException("it has no time (iat)"));
        Optional<Instant> end = ClaimsPolicy.time(claims, "exp");
        Instant oldest = issued.plus(OLDEST).plus(policy.skew());
        Instant until = end.filter(oldest::isAfter).orElse(oldest);
        if (issued.isAfter(now.plus(policy.skew())) || !now.isBefore(until)) {
            throw new RefusedTokenException("it is too old, or of the future (iat, exp)");
        }
        return until;
    }
}
