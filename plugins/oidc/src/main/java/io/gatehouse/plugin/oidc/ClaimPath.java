package io.gatehouse.plugin.oidc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a claim stands: its name, or a JSON pointer (RFC 6901) such as {@code /realm_access/roles} to a nested one.
 *
 * @param text as the administrator wrote it
 * @param steps the names on the way
 */
record ClaimPath(String text, List<String> steps) {

    /** @throws IllegalArgumentException when it is neither */
    static ClaimPath of(String text) {
        if (!text.startsWith("/")) {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("expected the name of a claim, or a pointer such as /a/b");
            }
            return new ClaimPath(text, List.of(text));
        }
        List<String> steps = new ArrayList<>();
        for (String step : text.substring(1).split("/", -1)) {
            if (step.matches("(?s).*~(?![01]).*")) {
                throw new IllegalArgumentException("in a pointer, ~ is written ~0 and / is written ~1");
            }
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return new ClaimPath(text, List.copyOf(steps));
    }

    /** The claim's value; nothing when it is absent or null. */
    Optional<Object> in(Map<String, Object> claims) {
        Object value = claims;
        for (String step : steps) {
            value = value instanceof Map<?, ?> map ? map.get(step) : null;
        }
        return value == StrictJson.NULL ? Optional.empty() : Optional.ofNullable(value);
    }

    /** The claim of the token itself in which it stands. */
    String root() {
        return steps.get(0);
    }

    @Override
    public String toString() {
        return text;
    }
}
