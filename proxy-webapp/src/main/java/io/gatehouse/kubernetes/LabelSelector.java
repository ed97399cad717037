package io.gatehouse.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells whether a label selector parses, as {@code k8s.io/apimachinery/pkg/labels/selector.go} parses it: its lexer's
 * longest symbols, its words {@code in} and {@code notin}, its tolerance for empty values.
 */
final class LabelSelector {

    private static final String SYMBOLS = "=!(),<>";
    private static final Set<String> TOKENS = Set.of(")", ",", "!", "==", "=", ">", "<", "!=", "(");
    private static final String NAME = "([A-Za-z0-9][A-Za-z0-9_.-]{0,61})?[A-Za-z0-9]";
    private static final Pattern KEY_NAME = Pattern.compile(NAME);
    private static final Pattern VALUE = Pattern.compile("(" + NAME + ")?");
    private static final Pattern PREFIX =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final int MAX_PREFIX = 253;
    private static final String END = "";

    /** The operators that take one value. */
    private static final Map<String, Boolean> EXACT =
            Map.of("=", false, "==", false, "!=", false, ">", true, "<", true);

    private final List<String> tokens;
    private int at;

    private LabelSelector(List<String> tokens) {
        this.tokens = tokens;
    }

    static boolean isValid(String selector) {
        List<String> tokens = tokens(selector);
        return tokens != null && new LabelSelector(tokens).parses();
    }

    /** The selector's tokens; null when a symbol is none that is known. */
    private static List<String> tokens(String selector) {
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < selector.length()) {
            char c = selector.charAt(i);
            int from = i;
            if (isBlank(c)) {
                i++;
                continue;
            }
            if (SYMBOLS.indexOf(c) < 0) {
                while (i < selector.length()
                        && !isBlank(selector.charAt(i))
                        && SYMBOLS.indexOf(selector.charAt(i)) < 0) {
                    i++;
                }
            } else {
                boolean two = i + 1 < selector.length() && TOKENS.contains(selector.substring(i, i + 2));
                i += two ? 2 : 1;
                if (!TOKENS.contains(selector.substring(from, i))) {
                    return null;
                }
            }
            tokens.add(selector.substring(from, i));
        }
        return tokens;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
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
        return !next().isEmpty() && SYMBOLS.indexOf(next().charAt(0)) < 0;
    }

    private boolean parses() {
        if (next().equals(END)) {
            return true;
        }
        while (requirement()) {
            if (next().equals(END)) {
                return true;
            }
            if (!take(",")) {
                return false;
            }
        }
        return false;
    }

    private boolean requirement() {
        boolean absent = take("!");
        if (!isWord() || !isKey(tokens.get(at++))) {
            return false;
        }
        if (next().equals(END) || next().equals(",")) {
            return true; // the key is there, or is not
        }
        if (absent) {
            return false;
        }
        String operator = tokens.get(at++);
        if (operator.equals("in") || operator.equals("notin")) {
            return values();
        }
        return EXACT.containsKey(operator) && value(EXACT.get(operator));
    }

    private boolean value(boolean number) {
        if (next().equals(END) || next().equals(",")) {
            return !number; // an empty value
        }
        if (!isWord()) {
            return false;
        }
        String value = tokens.get(at++);
        return isValue(value) && (!number || ListOptions.isNumber(value));
    }

    /** {@code (a,b)}; empty values count, an empty list does not. */
    private boolean values() {
        if (!take("(") || next().equals(")")) {
            return false;
        }
        while (true) {
            if (isWord()) {
                if (!isValue(tokens.get(at++)) || !next().equals(",") && !next().equals(")")) {
                    return false;
                }
            } else if (!take(",")) {
                return take(")");
            }
        }
    }

    private static boolean isKey(String key) {
        int slash = key.indexOf('/');
        String prefix = key.substring(0, Math.max(slash, 0));
        boolean prefixed = slash < 0
                || prefix.length() <= MAX_PREFIX && PREFIX.matcher(prefix).matches();
        return prefixed && KEY_NAME.matcher(key.substring(slash + 1)).matches();
    }

    private static boolean isValue(String value) {
        return VALUE.matcher(value).matches();
    }
}
