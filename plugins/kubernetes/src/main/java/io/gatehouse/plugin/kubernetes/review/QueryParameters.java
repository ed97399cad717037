package io.gatehouse.plugin.kubernetes.review;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A query as Go's {@code net/url.ParseQuery} reads it. What is an error there (a semicolon, a broken escape) is one here:
 * an upstream may read another value out of it than the one that was judged.
 */
final class QueryParameters {

    private QueryParameters() {}

    /** Every value of a parameter, in order. */
    static List<String> values(String query, String name) throws InvalidRequest {
        List<String> values = new ArrayList<>();
        for (String pair : query.split("&")) {
            if (pair.isEmpty()) {
                continue;
            }
            if (pair.indexOf(';') >= 0) {
                throw new InvalidRequest("the query has a semicolon");
            }
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (key.equals(name)) {
                values.add(value);
            }
        }
        return values;
    }

    private static String decode(String text) throws InvalidRequest {
        return decode(text, true);
    }

    /** A path's text; a plus is a plus there. */
    static String decodePath(String path) throws InvalidRequest {
        return decode(path, false);
    }

    private static String decode(String text, boolean plusIsBlank) throws InvalidRequest {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 4);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    throw new InvalidRequest("the query or path has a broken escape");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                String plain = c == '+' && plusIsBlank ? " " : String.valueOf(c);
                bytes.put(plain.getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequest("the query or path is not UTF-8");
        }
    }
}
