package io.gatehouse.plugin.kubernetes.review;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label selectors, as {@code k8s.io/apimachinery/pkg/labels/selector.go} reads them. */
final class LabelTerms {

    /** Blanks, then a symbol or a word; a NUL ends the text, or is swallowed right behind a token. */
    private static final Pattern TOKEN =
            Pattern.compile("[ \\t\\r\\n]*+(==|!=|[=!(),<>]|[^ \\t\\r\\n=!(),<>\\x00]++)\\x00?");

    private static final Pattern PREFIX =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:[.][a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,61})?[A-Za-z0-9]");
    private static final int LONGEST_PREFIX = 253;
    private static final String END = "";

    /** What a review calls them; it knows none of those that compare. */
    private static final Map<String, String> OPERATORS =
            Map.of("=", "In", "==", "In", "in", "In", "!=", "NotIn", "notin", "NotIn", ">", "", "<", "");

    /** It does not parse. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable() {
            super("", null, false, false);
        }
    }

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private LabelTerms(String selector) {
        Matcher matcher = TOKEN.matcher(selector);
        while (matcher.lookingAt()) {
            tokens.add(matcher.group(1));
            matcher.region(matcher.end(), selector.length());
        }
    }

    /** @return in the order of their keys; nothing when it does not parse */
    static Optional<List<SelectorRequirement>> parse(String selector) {
        try {
            List<SelectorRequirement> requirements = new LabelTerms(selector).requirements();
            requirements.sort(Comparator.comparing(SelectorRequirement::key));
            return Optional.of(requirements);
        } catch (Unreadable e) {
            return Optional.empty();
        }
    }

    private String next() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    private boolean take(String token) {
        boolean taken = next().equals(token);
        at += taken ? 1 : 0;
        return taken;
    }

    private boolean isWord() {
        return !next().isEmpty() && "=!(),<>".indexOf(next().charAt(0)) < 0;
    }

    private static void require(boolean readable) throws Unreadable {
        if (!readable) {
            throw new Unreadable();
        }
    }

    private List<SelectorRequirement> requirements() throws Unreadable {
        List<SelectorRequirement> requirements = new ArrayList<>();
        if (!next().equals(END)) {
            do {
                requirements.add(requirement());
            } while (take(","));
        }
        require(next().equals(END));
        return requirements;
    }

    private SelectorRequirement requirement() throws Unreadable {
        boolean absent = take("!");
        require(isWord());
        String key = tokens.get(at++);
        require(isKey(key));
        if (next().equals(END) || next().equals(",")) {
            return new SelectorRequirement(key, absent ? "DoesNotExist" : "Exists", List.of());
        }
        String written = tokens.get(at++);
        require(!absent && OPERATORS.containsKey(written));
        String operator = OPERATORS.get(written);
        List<String> values = written.endsWith("in") ? values() : List.of(value());
        require(values.stream().allMatch(LabelTerms::isValue));
        require(!operator.isEmpty() || isNumber(values.get(0)));
        return new SelectorRequirement(key, operator, values);
    }

    /** Nothing is an empty value. */
    private String value() throws Unreadable {
        if (next().equals(END) || next().equals(",")) {
            return "";
        }
        require(isWord());
        return tokens.get(at++);
    }

    /** {@code (a,b)}, each once and in order; nothing before, between or behind commas is an empty value. */
    private List<String> values() throws Unreadable {
        require(take("("));
        SortedSet<String> values = new TreeSet<>();
        if (next().equals(")")) {
            values.add("");
        }
        while (!take(")")) {
            if (isWord()) {
                values.add(tokens.get(at++));
                require(next().equals(",") || next().equals(")"));
            } else {
                require(take(","));
                if (values.isEmpty() || next().equals(")")) {
                    values.add("");
                }
                if (take(",")) {
                    values.add("");
                    require(!next().equals(")")); // so it is there
                }
            }
        }
        return List.copyOf(values);
    }

    private static boolean isKey(String key) {
        int slash = key.indexOf('/');
        String prefix = key.substring(0, Math.max(slash, 0));
        boolean prefixed = slash < 0
                || prefix.length() <= LONGEST_PREFIX && PREFIX.matcher(prefix).matches();
        return prefixed && NAME.matcher(key.substring(slash + 1)).matches();
    }

    private static boolean isValue(String value) {
        return value.isEmpty() || NAME.matcher(value).matches();
    }

    /** Of 64 bits. */
    private static boolean isNumber(String value) {
        try {
            Long.parseLong(value);
            return value.chars().allMatch(c -> c < 128);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
