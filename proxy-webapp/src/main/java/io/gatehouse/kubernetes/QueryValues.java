package io.gatehouse.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Query parameters as Go's {@code net/url.ParseQuery} reads them: a pair with a semicolon or a bad escape is no pair. */
public final class QueryValues {

    /** Beyond so many pairs a newer Go reads no query at all. */
    static final int MAX_PAIRS = 10_000;

    private QueryValues() {}

    /** Whether a query has so many pairs that API servers differ about what it says. */
    static boolean hasTooManyPairs(String query) {
        return query.length() >= MAX_PAIRS
                && query.chars().filter(c -> c == '&').count() >= MAX_PAIRS;
    }

    /** What a switch says, such as {@code watch}: anything but {@code false} and {@code 0} is true, nothing too. */
    static boolean isTrue(String value) {
        return !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    /** The first value of a key. */
    public static Optional<String> first(String query, String key) {
        int from = 0;
        while (from <= query.length()) {
            int end = query.indexOf('&', from);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', from);
            int keyEnd = equals < 0 || equals > end ? end : equals;
            if (mayBe(query, from, keyEnd, key) && query.substring(from, end).indexOf(';') < 0) {
                Optional<String> name = decode(query.substring(from, keyEnd));
                Optional<String> value = keyEnd == end ? Optional.of("") : decode(query.substring(keyEnd + 1, end));
                if (name.isPresent() && value.isPresent() && name.get().equals(key)) {
                    return value;
                }
            }
            from = end + 1;
        }
        return Optional.empty();
    }

    /** Cheap look before anything is decoded. */
    private static boolean mayBe(String query, int from, int keyEnd, String key) {
        int length = keyEnd - from;
        return length == key.length() && query.startsWith(key, from)
                || length > key.length() && query.substring(from, keyEnd).indexOf('%') >= 0;
    }

    /** Decodes {@code %XX} and plus; empty when an escape is broken. */
    public static Optional<String> decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return Optional.of(text);
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    return Optional.empty();
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' ? ' ' : c);
            }
        }
        return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
    }
}
