package io.gatehouse.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Chance, from a seed that is named in a report so that it can be had again. */
final class Dice {

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private final Random random;

    Dice(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    /**
     * A text in percent-encoding, as bytes.
     *
     * @param plain what may stand unencoded beside letters and digits, and mostly does
     * @param needless one in how many of the letters and digits is encoded all the same
     */
    String spelled(String text, String plain, int needless) {
        StringBuilder out = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean encode = UNRESERVED.indexOf(c) >= 0 ? oneIn(needless) : plain.indexOf(c) < 0 || oneIn(4);
            out.append(encode ? encoded(c) : String.valueOf(c));
        }
        return out.toString();
    }

    /** A byte as {@code %XX}, in digits of either case. */
    String encoded(char octet) {
        return String.format(oneIn(2) ? "%%%02x" : "%%%02X", (int) octet);
    }
}
