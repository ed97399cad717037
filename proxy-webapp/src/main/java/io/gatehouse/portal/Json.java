package io.gatehouse.portal;

import java.util.Collection;
import java.util.stream.Collectors;

/** Writes JSON (RFC 8259), in ASCII. */
final class Json {

    private Json() {}

    static String text(String plain) {
        StringBuilder text = new StringBuilder(plain.length() + 2).append('"');
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }

    static String texts(Collection<String> plain) {
        return plain.stream().map(Json::text).collect(Collectors.joining(", ", "[", "]"));
    }
}
