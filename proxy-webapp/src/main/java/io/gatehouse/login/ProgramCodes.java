package io.gatehouse.login;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Brings a login from the browser to a program on the same machine: a code that is good once, for a minute, and only with
 * the verifier whose hash the program had sent along (RFC 7636, S256).
 */
public final class ProgramCodes {

    private static final String KIND = "program";
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final OneTimeCodes codes;

    public ProgramCodes(LoginRules rules, SharedState state, Clock clock) {
        this.codes = new OneTimeCodes(KIND, LIFE, rules.keys(), state, clock);
    }

    /** A code for a session. @throws SharedState.UnavailableException when the store does not answer */
    public String code(Session session, String challenge) {
        return codes.make(purpose(challenge), SessionText.of(session));
    }

    private static String purpose(String challenge) {
        return "program with " + challenge;
    }

    /** The session of a code, once. @throws SharedState.UnavailableException when the store does not answer */
    public Optional<Session> redeem(String code, String verifier) {
        return codes.redeem(code, purpose(challenge(verifier))).flatMap(SessionText::session);
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
