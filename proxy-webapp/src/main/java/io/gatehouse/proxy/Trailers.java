package io.gatehouse.proxy;

import io.gatehouse.request.HopByHop;
import io.gatehouse.spi.Header;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The fields behind an upstream's body that are the client's to see. */
final class Trailers {

    /** Fields that may not stand behind a body, RFC 9110 6.5.1, and those that would speak for somebody. */
    private static final Set<String> NONE = Set.of(
            "authorization",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "host",
            "set-cookie",
            "trailer",
            "transfer-encoding",
            "www-authenticate");

    private final Map<String, String> fields = new HashMap<>();

    /** Adds a field, unless it is not for the client; values of one name become a list (RFC 9110 5.3). */
    void add(String name, String value) {
        String folded = name.toLowerCase(Locale.ROOT);
        boolean allowed = value != null
                && Header.isToken(name)
                && !NONE.contains(folded)
                && !HopByHop.contains(folded)
                && RequestHeaders.isFieldValue(value);
        if (allowed) {
            fields.merge(name, value, (first, next) -> first + ", " + next);
        }
    }

    Map<String, String> fields() {
        return fields;
    }
}
