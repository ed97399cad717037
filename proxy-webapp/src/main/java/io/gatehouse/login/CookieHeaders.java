package io.gatehouse.login;

import io.gatehouse.spi.Header;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gatehouse's own cookies on the wire (RFC 6265): never for a script, never for another host, and over TLS only where TLS
 * is. A value that is too long for one is split over several.
 */
public final class CookieHeaders {

    /** Browsers take 4,096 bytes of name, value and attributes. */
    private static final int PART = 3_800;

    /** More would not fit into what containers take of a request's head. */
    private static final int MAX_PARTS = 4;

    private final String prefix;
    private final String attributes;

    /** @param secure whether browsers come over TLS */
    public CookieHeaders(boolean secure) {
        this.prefix = secure ? "__Host-gatehouse-" : "gatehouse-";
        this.attributes = "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }

    /** The value of a cookie, put together of its parts; nothing when it, or a part, is missing or there twice. */
    public Optional<String> read(HttpServletRequest request, String name) {
        Map<String, String> ours = ours(request);
        String first = ours.getOrDefault(prefix + name, "");
        int dot = first.indexOf('.');
        if (dot != 1 || first.charAt(0) < '1' || first.charAt(0) > '0' + MAX_PARTS) {
            return Optional.empty();
        }
        StringBuilder value = new StringBuilder(first.substring(2));
        for (int part = 1; part < first.charAt(0) - '0'; part++) {
            String next = ours.getOrDefault(prefix + name + "." + part, "");
            if (next.isEmpty()) {
                return Optional.empty();
            }
            value.append(next);
        }
        return Optional.of(value.toString());
    }

    /** Those with our prefix; one that is there twice counts as none, as it would be open which of them is ours. */
    private Map<String, String> ours(HttpServletRequest request) {
        Map<String, String> ours = new LinkedHashMap<>();
        for (String field : Collections.list(request.getHeaders("Cookie"))) {
            for (String pair : field.split(";")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? "" : pair.substring(0, equals).strip();
                if (name.startsWith(prefix)) {
                    ours.merge(name, pair.substring(equals + 1).strip(), (one, other) -> "");
                }
            }
        }
        return ours;
    }

    /** Those of our cookies that a request has whose name begins so. */
    List<String> names(HttpServletRequest request, String beginning) {
        return ours(request).keySet().stream()
                .filter(name -> name.startsWith(prefix + beginning))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    /**
     * Sets a cookie, for as long as the browser runs, and removes parts of an earlier one that was longer.
     *
     * @throws IllegalArgumentException when it is too long for all parts
     */
    public List<Header> set(HttpServletRequest request, String name, String value) {
        int parts = Math.max(1, (value.length() + PART - 1) / PART);
        if (parts > MAX_PARTS) {
            throw new IllegalArgumentException("the cookie has " + value.length() + " characters, and browsers take "
                    + PART * MAX_PARTS + "; groups that no rule names can be left out at the authenticator");
        }
        List<Header> headers = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            String text = value.substring(part * PART, Math.min(value.length(), (part + 1) * PART));
            headers.add(field(part == 0 ? name : name + "." + part, part == 0 ? parts + "." + text : text, ""));
        }
        removeParts(request, name, parts, headers);
        return headers;
    }

    /** Removes a cookie. */
    public List<Header> remove(HttpServletRequest request, String name) {
        List<Header> headers = new ArrayList<>();
        headers.add(field(name, "", "; Max-Age=0"));
        removeParts(request, name, 1, headers);
        return headers;
    }

    /** Removes all whose name begins so. */
    List<Header> removeAll(HttpServletRequest request, String beginning) {
        return names(request, beginning).stream()
                .map(name -> field(name, "", "; Max-Age=0"))
                .toList();
    }

    private void removeParts(HttpServletRequest request, String name, int from, List<Header> headers) {
        Map<String, String> ours = ours(request);
        for (int part = from; part < MAX_PARTS; part++) {
            if (ours.containsKey(prefix + name + "." + part)) {
                headers.add(field(name + "." + part, "", "; Max-Age=0"));
            }
        }
    }

    private Header field(String name, String value, String more) {
        return new Header("Set-Cookie", prefix + name + "=" + value + attributes + more);
    }
}
