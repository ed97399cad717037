package io.gatehouse.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A field selector as {@code k8s.io/apimachinery/pkg/fields/selector.go} reads it.
 *
 * @param exactName the value that {@code metadata.name} must have; empty when none is demanded
 */
record FieldSelector(Optional<String> exactName) {

    private static final Comparator<String> BY_BYTES =
            Comparator.comparing(term -> term.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /** Reads a selector; empty when it does not parse. */
    static Optional<FieldSelector> parse(String selector) {
        List<String> terms = terms(selector);
        terms.sort(BY_BYTES); // as kube-apiserver does: the first match wins
        Optional<String> name = Optional.empty();
        for (String term : terms) {
            if (term.isEmpty()) {
                continue;
            }
            int operator = operatorAt(term);
            if (operator < 0) {
                return Optional.empty();
            }
            int width = term.startsWith("!=", operator) || term.startsWith("==", operator) ? 2 : 1;
            Optional<String> value = unescape(term.substring(operator + width));
            if (value.isEmpty()) {
                return Optional.empty();
            }
            boolean demands =
                    term.charAt(operator) == '=' && term.substring(0, operator).equals("metadata.name");
            if (demands && name.isEmpty()) {
                name = value;
            }
        }
        return Optional.of(new FieldSelector(name));
    }

    private static List<String> terms(String selector) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        boolean escaped = false;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == ',') {
                terms.add(selector.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(selector.substring(start));
        return terms;
    }

    private static int operatorAt(String term) {
        for (int i = 0; i < term.length(); i++) {
            if (term.charAt(i) == '=' || term.startsWith("!=", i)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<String> unescape(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ',' || c == '=') {
                return Optional.empty();
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    return Optional.empty();
                }
                c = value.charAt(i);
            }
            out.append(c);
        }
        return Optional.of(out.toString());
    }
}
