package io.gatehouse.login;

import io.gatehouse.spi.StateStore.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Brings a login from the browser to a program on the same machine: a code that is good once, for a minute, and only with
 * the verifier whose hash the program had sent along (RFC 7636, S256).
 */
public final class ProgramCodes {

    private static final String KIND = "program";
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final LoginRules rules;
    private final SharedState state;
    private final Clock clock;

    public ProgramCodes(LoginRules rules, SharedState state, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.clock = clock;
    }

    /** A code for a session. @throws SharedState.UnavailableException when the store does not answer */
    public String code(Session session, String challenge) {
        String code = KeyRing.randomName();
        state.write(new Entry(
                KIND,
                PersonLabel.of(code),
                1,
                List.of(),
                rules.keys().seal(purpose(challenge), SessionText.of(session)),
                clock.instant().plus(LIFE)));
        return code;
    }

    private static String purpose(String challenge) {
        return "program with " + challenge;
    }

    /** The session of a code, once. @throws SharedState.UnavailableException when the store does not answer */
    public Optional<Session> redeem(String code, String verifier) {
        String key = PersonLabel.of(code);
        Optional<Entry> entry = state.read(KIND, key);
        boolean first = entry.filter(known ->
                        state.write(new Entry(KIND, key, known.version() + 1, List.of(), "used", known.expires())))
                .isPresent();
        return first
                ? rules.keys()
                        .open(purpose(challenge(verifier)), entry.get().value())
                        .flatMap(SessionText::session)
                : Optional.empty();
    }

    /** What a verifier is sent as beforehand. */
    public static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
