package io.gatehouse.request;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Parses Envoy's {@code X-Forwarded-Client-Cert}: pairs of key and value between semicolons, values in quotes where they
 * need them. Several elements, between commas, are those of several proxies: which of them is ours is not told, so only
 * one is taken.
 */
final class ForwardedClientCert {

    private final String text;
    private int at;

    private ForwardedClientCert(String text) {
        this.text = text;
    }

    /**
     * The pairs of the one element, by lower-case key.
     *
     * @throws IllegalArgumentException when there is not one such element, or a key of it stands there twice
     */
    static Map<String, String> parse(String text) {
        return new ForwardedClientCert(text).pairs();
    }

    private Map<String, String> pairs() {
        Map<String, String> pairs = new HashMap<>();
        do {
            int equals = text.indexOf('=', at);
            String key = equals < 0 ? "" : text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            if (!key.matches("[a-z]+")) {
                throw malformed();
            }
            at = equals + 1;
            String value = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
            // There may be several names of one kind (DNS=a;DNS=b), but one certificate.
            if (pairs.put(key, value) != null && (key.equals("cert") || key.equals("chain"))) {
                throw malformed();
            }
        } while (at++ < text.length());
        return pairs;
    }

    /** Up to the next semicolon. */
    private String plain() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != ';') {
            if (",\"".indexOf(text.charAt(at)) >= 0) {
                throw malformed();
            }
            at++;
        }
        return text.substring(begin, at);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            at += text.charAt(at) == '\\' ? 1 : 0;
            if (at < text.length()) {
                value.append(text.charAt(at));
            }
        }
        at++; // the quote at the end
        if (at > text.length() || at < text.length() && text.charAt(at) != ';') {
            throw malformed();
        }
        return value.toString();
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("expected one element, such as By=…;Cert=\"…\"");
    }
}
