package io.gatehouse.plugin.kubernetes.review;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Field selectors, as {@code k8s.io/apimachinery/pkg/fields/selector.go} reads them. */
final class FieldTerms {

    private FieldTerms() {}

    /** @return in the order of the terms' text; nothing when it does not parse */
    static Optional<List<SelectorRequirement>> parse(String selector) {
        List<SelectorRequirement> requirements = new ArrayList<>();
        for (String term : terms(selector).stream().sorted().toList()) {
            if (term.isEmpty()) {
                continue;
            }
            Optional<SelectorRequirement> requirement = requirement(term);
            if (requirement.isEmpty()) {
                return Optional.empty();
            }
            if (!requirement.get().isOfNothing()) { // as "=" alone: it asks for nothing
                requirements.add(requirement.get());
            }
        }
        return Optional.of(requirements);
    }

    /** Splits at commas, but not behind a backslash. */
    private static List<String> terms(String selector) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < selector.length(); i++) {
            if (selector.charAt(i) == '\\') {
                i++;
            } else if (selector.charAt(i) == ',') {
                terms.add(selector.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(selector.substring(start));
        return terms;
    }

    private static Optional<SelectorRequirement> requirement(String term) {
        int equal = term.indexOf('=');
        if (equal < 0) {
            return Optional.empty();
        }
        boolean not = equal > 0 && term.charAt(equal - 1) == '!';
        int value = !not && term.startsWith("==", equal) ? equal + 2 : equal + 1;
        return unescaped(term.substring(value))
                .map(text -> new SelectorRequirement(
                        term.substring(0, not ? equal - 1 : equal), not ? "NotIn" : "In", List.of(text)));
    }

    private static Optional<String> unescaped(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            boolean escaped = value.charAt(i) == '\\';
            i += escaped ? 1 : 0;
            if (i == value.length() || escaped != "\\,=".indexOf(value.charAt(i)) >= 0) {
                return Optional.empty();
            }
            text.append(value.charAt(i));
        }
        return Optional.of(text.toString());
    }
}
