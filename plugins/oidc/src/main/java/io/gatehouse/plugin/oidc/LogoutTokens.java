package io.gatehouse.plugin.oidc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.spi.ProviderSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Judges logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.6); each counts once. */
final class LogoutTokens {

    private static final Set<String> TYPES = Set.of("logout+jwt", "jwt");
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration OLDEST = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 10_000;

    private final String issuer;
    private final TokenJudge judge;
    private final ClaimsPolicy policy;
    private final Clock clock;
    private final Cache<String, Boolean> seen;

    /** @param policy for tokens of a login: theirs is the audience */
    LogoutTokens(String issuer, TokenJudge judge, ClaimsPolicy policy) {
        this.issuer = issuer;
        this.judge = judge;
        this.policy = policy;
        this.clock = policy.clock();
        this.seen = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(OLDEST.plus(policy.skew()).multipliedBy(2))
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Whose sessions end. */
    ProviderSession read(String text) throws RefusedTokenException, ProviderUnavailableException {
        if (!(CompactToken.read(text, issuer) instanceof CompactToken.Ours ours)) {
            throw new RefusedTokenException("it is not a readable token of this issuer");
        }
        judge.verify(ours.token(), TYPES);
        Map<String, Object> claims = ours.token().claims();
        policy.checkAudience(claims);
        checkTime(claims);
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
        if (seen.asMap().putIfAbsent(id, true) != null) {
            throw new RefusedTokenException("it was sent before (jti)");
        }
        return new ProviderSession(subject.orElse(""), session);
    }

    private void checkTime(Map<String, Object> claims) throws RefusedTokenException {
        Instant now = clock.instant();
        Instant issued =
                ClaimsPolicy.time(claims, "iat").orElseThrow(() -> new RefusedTokenException("it has no time (iat)"));
        Optional<Instant> end = ClaimsPolicy.time(claims, "exp");
        if (issued.isAfter(now.plus(policy.skew()))
                || issued.isBefore(now.minus(OLDEST).minus(policy.skew()))
                || end.filter(time -> !now.isBefore(time)).isPresent()) {
            throw new RefusedTokenException("it is too old, or of the future (iat, exp)");
        }
    }
}
