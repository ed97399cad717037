package io.gatehouse.audit;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes secrets out of what is recorded, before it leaves the pipeline. */
public final class Masking {

    /** What stands for a secret. */
    public static final String MASK = "***";

    private static final String[] SENSITIVE_ENDINGS = {"token", "secret", "password", "passwd", "apikey", "api_key"};

    /** How tokens begin whose makers made them recognisable. */
    private static final String[] TOKEN_PREFIXES = {
        "gatehouse_",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "npm_",
        "pypi-",
        "sk-",
        "AKIA",
        "ASIA"
    };

    /** Of these, what no other text has by chance: they count wherever they stand. */
    private static final String[] TOKEN_MARKS = {
        "gatehouse_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-"
    };

    private static final int SHORTEST_TOKEN = 20;

    private final Set<String> sensitiveParameters;

    /** @param sensitiveParameters lower-case names of query parameters, beside those that end in a telling word */
    public Masking(Set<String> sensitiveParameters) {
        this.sensitiveParameters = Stream.concat(
                        sensitiveParameters.stream(),
                        sensitiveParameters.stream().map(Masking::withoutHyphens))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A raw query with the values of sensitive parameters, and values that look like tokens, masked. */
    public String query(String query) {
        if (query.isEmpty()) {
            return query;
        }
        StringBuilder masked = null;
        int from = 0;
        while (from <= query.length()) {
            int end = separator(query, from, query.length());
            int equals = query.indexOf('=', from);
            boolean hasValue = equals >= 0 && equals < end && equals + 1 < end;
            boolean secret = hasValue
                    && (isSensitive(query.substring(from, equals))
                            || looksLikeToken(query, equals + 1, end)
                            || holdsSensitive(query.substring(equals + 1, end)));
            boolean bareToken = !hasValue && looksLikeToken(query, from, end);
            if ((secret || bareToken) && masked == null) {
                masked = new StringBuilder(query.length()).append(query, 0, from);
            }
            if (masked != null) {
                int kept = secret ? equals + 1 : bareToken ? from : end;
                masked.append(query, from, kept).append(secret || bareToken ? MASK : "");
                masked.append(query, end, Math.min(end + 1, query.length()));
            }
            from = end + 1;
        }
        return masked == null ? query : masked.toString();
    }

    private static int separator(String query, int from, int length) {
        for (int i = from; i < length; i++) {
            if (query.charAt(i) == '&' || query.charAt(i) == ';') {
                return i;
            }
        }
        return length;
    }

    /** Whatever stands between its words, and behind it as for one of several: {@code api-key}, {@code token[]}. */
    private boolean isSensitive(String rawName) {
        String whole = decoded(rawName).toLowerCase(Locale.ROOT);
        int bracket = whole.indexOf('[');
        String name = withoutHyphens((bracket > 0 ? whole.substring(0, bracket) : whole)
                .replace('+', ' ')
                .strip());
        if (sensitiveParameters.contains(whole) || sensitiveParameters.contains(name)) {
            return true;
        }
        for (String ending : SENSITIVE_ENDINGS) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    private static String withoutHyphens(String name) {
        return name.replace('-', '_');
    }

    /** Whether a value is an address, or a query, that has a secret in turn. */
    private boolean holdsSensitive(String value) {
        String once = decoded(value);
        return hasSensitiveParameter(once) || hasSensitiveParameter(decoded(once));
    }

    private boolean hasSensitiveParameter(String text) {
        if (text.indexOf('?') < 0 && text.indexOf('&') < 0) {
            return false;
        }
        for (String pair : text.split("[?&;#]")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && equals + 1 < pair.length() && isSensitive(pair.substring(0, equals))) {
                return true;
            }
        }
        return false;
    }

    /** Percent-decoded as far as it can be: an upstream may take what is malformed elsewhere. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            bytes[length++] = low < 0 ? bytes[i] : (byte) (high << 4 | low);
            i += low < 0 ? 0 : 2;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** A path, or any text of slash-separated or blank-separated parts, with what looks like a token masked. */
    public String text(String text) {
        StringBuilder masked = null;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            boolean ends = i == text.length() || text.charAt(i) == '/' || text.charAt(i) == ' ';
            if (ends) {
                boolean token = looksLikeToken(text, from, i);
                if (token && masked == null) {
                    masked = new StringBuilder(text.length()).append(text, 0, from);
                }
                if (masked != null) {
                    masked.append(token ? MASK : text.substring(from, i));
                    masked.append(text, i, Math.min(i + 1, text.length()));
                }
                from = i + 1;
            }
        }
        return masked == null ? text : masked.toString();
    }

    /** Whether it is one as it stands, or when it is decoded, once or twice. */
    private static boolean looksLikeToken(String text, int from, int end) {
        if (end - from < SHORTEST_TOKEN) {
            return false;
        }
        String part = text.substring(from, end);
        if (isToken(part)) {
            return true;
        }
        String once = decoded(part);
        return !once.equals(part) && (isToken(once) || isToken(decoded(once)));
    }

    /** A text with a part that begins as a token with a well-known beginning does, or with a JWT or the like anywhere. */
    private static boolean isToken(String text) {
        if (text.length() < SHORTEST_TOKEN) {
            return false;
        }
        for (String prefix : TOKEN_PREFIXES) {
            int at = text.indexOf(prefix);
            if (at == 0 || at > 0 && at + SHORTEST_TOKEN <= text.length() && isBoundary(text.charAt(at - 1))) {
                return true;
            }
        }
        for (String mark : TOKEN_MARKS) {
            int at = text.indexOf(mark);
            if (at >= 0 && at + SHORTEST_TOKEN <= text.length()) {
                return true;
            }
        }
        int jwt = text.indexOf("eyJ");
        return jwt >= 0 && text.indexOf('.', jwt) > 0;
    }

    /** Names of things are of these characters. */
    private static boolean isBoundary(char c) {
        return !Character.isLetterOrDigit(c) && c != '-' && c != '_' && c != '.';
    }
}
