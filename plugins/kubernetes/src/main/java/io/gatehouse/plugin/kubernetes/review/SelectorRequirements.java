package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Selectors as the requirements of a review ({@code k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go}). What can
 * not be read is left out: the review then asks for more than the request does, and never for less.
 */
final class SelectorRequirements {

    private static final Pattern FIELD = Pattern.compile("([A-Za-z0-9./_-]+)(!=|==|=)((?:[^\\\\,=]|\\\\[\\\\,=])*)");
    private static final String KEY = "((?:[a-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)";
    private static final String WORD = "[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?";
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*" + KEY);
    private static final Pattern EQUALS = Pattern.compile(KEY + "\\s*(!=|==|=)\\s*(" + WORD + "|)");
    private static final Pattern IN =
            Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(\\s*(" + WORD + "(?:\\s*,\\s*" + WORD + ")*)\\s*\\)");

    /** Nobody writes longer ones by hand; the patterns above take their time with them. */
    private static final int LONGEST = 1_000;

    private SelectorRequirements() {}

    /** Nothing when there is none, or none that can be told. */
    static Optional<JsonObject> ofFields(String selector) {
        if (selector.length() > LONGEST) {
            return Optional.empty();
        }
        JsonArray requirements = new JsonArray();
        for (String term : terms(selector, '\\')) {
            Matcher matcher = FIELD.matcher(term);
            if (matcher.matches()) {
                String value = matcher.group(3).replaceAll("\\\\(.)", "$1");
                String operator = matcher.group(2).equals("!=") ? "NotIn" : "In";
                requirements.add(requirement(matcher.group(1), operator, List.of(value)));
            } else if (!term.isEmpty()) {
                return Optional.empty();
            }
        }
        return selector(requirements);
    }

    /** Nothing when there is none, or none that can be told. */
    static Optional<JsonObject> ofLabels(String selector) {
        if (selector.length() > LONGEST) {
            return Optional.empty();
        }
        JsonArray requirements = new JsonArray();
        for (String term : terms(selector, '(')) {
            Optional<JsonObject> requirement = label(term.strip());
            if (requirement.isEmpty()) {
                return Optional.empty();
            }
            requirements.add(requirement.get());
        }
        return selector(requirements);
    }

    private static Optional<JsonObject> label(String term) {
        Matcher exists = EXISTS.matcher(term);
        if (exists.matches()) {
            String operator = exists.group(1).isEmpty() ? "Exists" : "DoesNotExist";
            return Optional.of(requirement(exists.group(2), operator, List.of()));
        }
        Matcher equals = EQUALS.matcher(term);
        if (equals.matches()) {
            String operator = equals.group(2).equals("!=") ? "NotIn" : "In";
            return Optional.of(requirement(equals.group(1), operator, List.of(equals.group(3))));
        }
        Matcher in = IN.matcher(term);
        if (in.matches()) {
            List<String> values =
                    Arrays.stream(in.group(3).split(",")).map(String::strip).toList();
            return Optional.of(requirement(in.group(1), in.group(2).equals("in") ? "In" : "NotIn", values));
        }
        return Optional.empty();
    }

    /** Splits at commas, but not behind a backslash, or not within parentheses. */
    private static List<String> terms(String selector, char guard) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        int depth = 0;
        for (int i = 0; i < selector.length(); i++) {
            char c = selector.charAt(i);
            if (guard == '\\' && c == '\\') {
                i++;
            } else if (guard == '(' && (c == '(' || c == ')')) {
                depth += c == '(' ? 1 : -1;
            } else if (c == ',' && depth == 0) {
                terms.add(selector.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(selector.substring(start));
        return terms;
    }

    private static JsonObject requirement(String key, String operator, List<String> values) {
        JsonObject requirement = new JsonObject();
        requirement.addProperty("key", key);
        requirement.addProperty("operator", operator);
        if (!values.isEmpty()) {
            JsonArray array = new JsonArray();
            values.forEach(array::add);
            requirement.add("values", array);
        }
        return requirement;
    }

    private static Optional<JsonObject> selector(JsonArray requirements) {
        if (requirements.isEmpty()) {
            return Optional.empty();
        }
        JsonObject selector = new JsonObject();
        selector.add("requirements", requirements);
        return Optional.of(selector);
    }
}
