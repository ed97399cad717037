package io.gatehouse.login;

import io.gatehouse.spi.StateStore.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Brings a login from a browser anywhere to a program without one (RFC 8628): the program gets a long code, which it keeps
 * to itself, and a short one, which a person types in. Both are good for ten minutes and for one login.
 */
public final class DeviceCodes {

    /** How long both codes are good. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final String KIND = "device";
    /** RFC 8628 6.1: no vowels, so no words; 34 bits. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int LENGTH = 8;
    private static final int MOST_TRIES = 5;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LoginRules rules;
    private final SharedState state;
    private final Clock clock;

    public DeviceCodes(LoginRules rules, SharedState state, Clock clock) {
        this.rules = rules;
        this.state = state;
        this.clock = clock;
    }

    /** The codes of a program that asks. */
    public record Codes(String deviceCode, String userCode) {

        @Override
        public String toString() {
            return "the codes of a device";
        }
    }

    /**
     * What is known of a program that waits.
     *
     * @param userCode as it is shown
     * @param address where it asked from
     */
    public record Waiting(String userCode, String address, Instant since) {}

    /** How it stands with a device code. */
    public sealed interface Answer {

        /** Nobody has said anything. */
        record Pending() implements Answer {}

        /** Somebody has said no. */
        record Denied() implements Answer {}

        /** It is too old, used up, or none of ours. */
        record Gone() implements Answer {}

        /** This one has said yes; told once. */
        record Approved(Session session) implements Answer {}
    }

    /**
     * What the store has under a short code: a state, the hash of the secret in the long one, and two more words.
     * Pending: the address, and since when. Approved: the sealed session.
     */
    private record Known(Entry entry, String word, String hash, String more) {

        Entry next(String value) {
            return new Entry(KIND, entry.key(), entry.version() + 1, List.of(), value, entry.expires());
        }
    }

    /** @throws SharedState.UnavailableException when the store does not answer */
    public Codes begin(String address) {
        String secret = KeyRing.randomName();
        for (int i = 0; i < MOST_TRIES; i++) {
            StringBuilder letters = new StringBuilder();
            for (int letter = 0; letter < LENGTH; letter++) {
                letters.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
            }
            String code = letters.toString();
            Instant now = clock.instant();
            String value = "pending " + Fingerprint.of(secret) + " " + address + " " + now.toEpochMilli();
            if (state.write(new Entry(KIND, Fingerprint.of(code), 1, List.of(), value, now.plus(LIFE)))) {
                return new Codes(code + "." + secret, shown(code));
            }
        }
        throw SharedState.busy();
    }

    /**
     * The program that waits for an answer to a short code.
     *
     * @param typed by a person: letters in either case, with or without the dash
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public Optional<Waiting> waiting(String typed) {
        return pending(typed).map(known -> {
            String[] words = known.more().split(" ");
            return new Waiting(shown(letters(typed)), words[0], Instant.ofEpochMilli(Long.parseLong(words[1])));
        });
    }

    /**
     * Answers a program that waits, once.
     *
     * @param session whose it shall act as; nothing when it shall not
     * @return whether it waited
     * @throws SharedState.UnavailableException when the store does not answer
     */
    public boolean answer(String typed, Optional<Session> session) {
        return pending(typed)
                .filter(known -> state.write(known.next(session.map(yes -> "approved " + known.hash() + " "
                                + rules.keys().seal(purpose(known.hash()), SessionText.of(yes)))
                        .orElse("denied " + known.hash() + " -"))))
                .isPresent();
    }

    /** @throws SharedState.UnavailableException when the store does not answer */
    public Answer poll(String deviceCode) {
        int dot = deviceCode.indexOf('.');
        Optional<Known> found = dot == LENGTH
                ? known(deviceCode.substring(0, dot))
                        .filter(known -> isSame(known.hash(), deviceCode.substring(dot + 1)))
                : Optional.empty();
        if (found.isEmpty()) {
            return new Answer.Gone();
        }
        Known known = found.get();
        return switch (known.word()) {
            case "pending" -> new Answer.Pending();
            case "denied" -> new Answer.Denied();
            case "approved" ->
                state.write(known.next("used " + known.hash() + " -"))
                        ? rules.keys()
                                .open(purpose(known.hash()), known.more())
                                .flatMap(SessionText::session)
                                .<Answer>map(Answer.Approved::new)
                                .orElseGet(Answer.Gone::new)
                        : new Answer.Gone();
            default -> new Answer.Gone();
        };
    }

    private Optional<Known> pending(String typed) {
        return known(letters(typed)).filter(known -> known.word().equals("pending"));
    }

    private Optional<Known> known(String code) {
        if (!code.matches("[" + LETTERS + "]{" + LENGTH + "}")) {
            return Optional.empty();
        }
        return state.read(KIND, Fingerprint.of(code))
                .filter(entry -> clock.instant().isBefore(entry.expires()))
                .map(entry -> {
                    String[] words = entry.value().split(" ", 3);
                    return new Known(entry, words[0], words[1], words[2]);
                });
    }

    private static String purpose(String hash) {
        return "device " + hash;
    }

    private static boolean isSame(String hash, String secret) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), Fingerprint.of(secret).getBytes(StandardCharsets.US_ASCII));
    }

    private static String letters(String typed) {
        return typed.toUpperCase(Locale.ROOT).replaceAll("[ -]", "");
    }

    private static String shown(String code) {
        return code.substring(0, LENGTH / 2) + "-" + code.substring(LENGTH / 2);
    }
}
