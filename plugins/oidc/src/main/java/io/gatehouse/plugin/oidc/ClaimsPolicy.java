package io.gatehouse.plugin.oidc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which claims a token must have, whoever it is about: audience, times, and what the administrator requires (RFC 7519,
 * OpenID Connect Core 3.1.3.7).
 *
 * @param audiences a token must be for one of these
 * @param parties the clients it may have been issued to ({@code azp}); empty for those that are audiences, and then only
 *     looked at when there are several audiences
 * @param skew how far the issuer's clock may be ahead
 * @param maxLifetime from now on, a token may last so long
 * @param required what else must be there
 */
record ClaimsPolicy(
        Set<String> audiences,
        Set<String> parties,
        Duration skew,
        Duration maxLifetime,
        List<RequiredClaim> required,
        Clock clock) {

    private static final int MOST_AUDIENCES = 100;
    private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253_402_300_799L);

    /**
     * A claim that must be there.
     *
     * @param value the claim is this text, or a list that holds it
     */
    record RequiredClaim(ClaimPath path, String value) {
        boolean isIn(Map<String, Object> claims) {
            Object found = path.in(claims).orElse(StrictJson.NULL);
            return found instanceof List<?> list ? list.stream().anyMatch(this::matches) : matches(found);
        }

        private boolean matches(Object found) {
            return value.equals(found)
                    || (found instanceof Boolean || found instanceof BigDecimal) && value.equals(found.toString());
        }
    }

    /** A copy for tokens of a browser's login: they are for the client itself. */
    ClaimsPolicy forClient(String clientId) {
        return new ClaimsPolicy(Set.of(clientId), Set.of(), skew, maxLifetime, required, clock);
    }

    /**
     * Checks the claims of a token whose signature holds.
     *
     * @return when the token ends
     */
    Instant check(Map<String, Object> claims) throws RefusedTokenException {
        checkAudience(claims);
        Instant end = checkTimes(claims);
        if (claims.containsKey("events")) {
            throw new RefusedTokenException("it is a security event (events), not somebody's token");
        }
        for (RequiredClaim claim : required) {
            if (!claim.isIn(claims)) {
                throw new RefusedTokenException("the required claim " + claim.path() + " is missing or another");
            }
        }
        return end;
    }

    void checkAudience(Map<String, Object> claims) throws RefusedTokenException {
        List<String> said = texts(claims, "aud");
        if (said.stream().noneMatch(audiences::contains)) {
            throw new RefusedTokenException("the token is for another audience (aud)");
        }
        Optional<String> party = text(claims, "azp");
        if (parties.isEmpty() && said.size() == 1) {
            return;
        }
        if (party.isEmpty()) {
            throw new RefusedTokenException(
                    said.size() > 1
                            ? "the token is for several audiences and does not say for which client (azp)"
                            : "the token does not say for which client it is (azp)");
        }
        if (!(parties.isEmpty() ? audiences : parties).contains(party.get())) {
            throw new RefusedTokenException("the token was issued to another client (azp)");
        }
    }

    private Instant checkTimes(Map<String, Object> claims) throws RefusedTokenException {
        Instant now = clock.instant();
        Instant end = time(claims, "exp").orElseThrow(() -> new RefusedTokenException("the token has no end (exp)"));
        if (!now.isBefore(end)) {
            throw new RefusedTokenException("the token has expired at " + end);
        }
        if (end.isAfter(now.plus(maxLifetime))) {
            throw new RefusedTokenException("the token lasts longer than max-lifetime allows (exp)");
        }
        Instant latest = now.plus(skew);
        if (time(claims, "nbf").filter(latest::isBefore).isPresent()) {
            throw new RefusedTokenException("the token is not valid yet (nbf)");
        }
        if (time(claims, "iat").filter(latest::isBefore).isPresent()) {
            throw new RefusedTokenException("the token was issued in the future (iat)");
        }
        return end;
    }

    /** A NumericDate, without its fraction. */
    static Optional<Instant> time(Map<String, Object> claims, String name) throws RefusedTokenException {
        Object value = claims.getOrDefault(name, StrictJson.NULL);
        if (value == StrictJson.NULL) {
            return Optional.empty();
        }
        if (!(value instanceof BigDecimal number)
                || Math.abs(number.scale()) > 12
                || number.signum() < 0
                || number.compareTo(LAST_SECOND) > 0) {
            throw new RefusedTokenException("the claim " + name + " is not a time");
        }
        return Optional.of(
                Instant.ofEpochSecond(number.setScale(0, RoundingMode.FLOOR).longValueExact()));
    }

    static Optional<String> text(Map<String, Object> claims, String name) throws RefusedTokenException {
        Object value = claims.getOrDefault(name, StrictJson.NULL);
        if (value == StrictJson.NULL) {
            return Optional.empty();
        }
        if (!(value instanceof String text) || text.isEmpty()) {
            throw new RefusedTokenException("the claim " + name + " is not a text");
        }
        return Optional.of(text);
    }

    private static List<String> texts(Map<String, Object> claims, String name) throws RefusedTokenException {
        Object value = claims.getOrDefault(name, StrictJson.NULL);
        List<?> values = value instanceof List<?> list ? list : value == StrictJson.NULL ? List.of() : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Object each : values) {
            if (!(each instanceof String text)) {
                throw new RefusedTokenException("the claim " + name + " is not a text or a list of texts");
            }
            texts.add(text);
        }
        if (texts.size() > MOST_AUDIENCES) {
            throw new RefusedTokenException("the claim " + name + " has more than " + MOST_AUDIENCES + " values");
        }
        return texts;
    }
}
