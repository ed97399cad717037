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
    private static final Set<String> PAIRS = Set.of("==", "!=");
    private static final char NUL = 0;
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
        return new LabelSelector(tokens(selector)).parses();
    }

    /** The selector's tokens. A NUL ends the text where a token would begin, and is swallowed right behind one. */
    private static List<String> tokens(String selector) {
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < selector.length() && selector.charAt(i) != NUL) {
            if (isBlank(selector.charAt(i))) {
                i++;
                continue;
            }
            int from = i;
            if (isSymbol(selector.charAt(i))) {
                i += i + 1 < selector.length() && PAIRS.contains(selector.substring(i, i + 2)) ? 2 : 1;
            } else {
                while (i < selector.length() && isOfWord(selector.charAt(i))) {
                    i++;
                }
            }
            tokens.add(selector.substring(from, i));
            i += i < selector.length() && selector.charAt(i) == NUL ? 1 : 0;
        }
        return tokens;
    }

    private static boolean isOfWord(char c) {
        return c != NUL && !isBlank(c) && !isSymbol(c);
    }

    private static boolean isSymbol(char c) {
        return SYMBOLS.indexOf(c) >= 0;
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
        return !next().isEmpty() && !isSymbol(next().charAt(0));
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

    /** {@code (a,b)}; empty values count, and nothing is an empty value too. */
    private boolean values() {
        if (!take("(")) {
            return false;
        }
        while (true) {
            if (isWord()) {
                if (!isValue(tokens.get(at++)) || !next().equals(",") && !next().equals(")")) {
                    return false;
                }
            } else if (!take(",")) {
                return take(")");
            } else if (take(",") && next().equals(")")) {
                return false; // commas are taken by twos, and ")" is looked for behind an odd one
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
