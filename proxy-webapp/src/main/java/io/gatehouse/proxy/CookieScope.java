package io.gatehouse.proxy;

import java.util.Locale;

/**
 * Keeps an application's cookies to the application: below its path, and to the one host that it is served on. A
 * {@code __Host-} cookie is for all of a host, so one that is kept to a path has another name on the way.
 */
final class CookieScope {

    private static final String HOST = "__Host-";

    /** What {@code __Host-} is for the client, whose browser takes a {@code __Host-} for the path {@code /} alone. */
    private static final String RENAMED = "__Secure-Host-";

    private CookieScope() {}

    /**
     * Whether a cookie bears a name of ours. Browsers ignore the case of a prefix, and send a cookie without a name as its
     * value alone (RFC 6265bis 5.8), so that {@code =gatehouse=x} comes back as one of ours.
     */
    static boolean isOurs(String cookie) {
        int start = 0;
        while (start < cookie.length() && (cookie.charAt(start) <= ' ' || cookie.charAt(start) == '=')) {
            start++;
        }
        for (String prefix : new String[] {"", HOST, "__Secure-", RENAMED}) {
            String name = prefix + RequestHeaders.COOKIE_PREFIX;
            if (cookie.regionMatches(true, start, name, 0, name.length())) {
                return true;
            }
        }
        return false;
    }

    /** A {@code Set-Cookie} as the client is to see it. */
    static String narrowed(String setCookie, LinkMap links) {
        String everywhere = path("/", links);
        int end = setCookie.indexOf(';');
        String pair = end < 0 ? setCookie : setCookie.substring(0, end);
        boolean renamed = !everywhere.equals("/") && pair.stripLeading().regionMatches(true, 0, HOST, 0, HOST.length());
        StringBuilder narrowed = new StringBuilder(setCookie.length() + 64)
                .append(renamed ? RENAMED + pair.stripLeading().substring(HOST.length()) : pair);
        while (end >= 0) {
            int next = setCookie.indexOf(';', end + 1);
            String attribute = setCookie.substring(end + 1, next < 0 ? setCookie.length() : next);
            int equals = attribute.indexOf('=');
            String name = (equals < 0 ? attribute : attribute.substring(0, equals))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : attribute.substring(equals + 1).strip();
            if (name.equals("path") && value.startsWith("/")) {
                narrowed.append("; Path=").append(path(value, links));
            } else if (!name.equals("domain")) {
                narrowed.append(';').append(attribute);
            }
            end = next;
        }
        return narrowed.toString();
    }

    private static String path(String path, LinkMap links) {
        LinkMap.Reading reading = links.read(path);
        return reading.kind() == LinkMap.Kind.PATH ? reading.applied(path) : links.applicationRoot() + "/";
    }

    /** A pair of the client's {@code Cookie} as the upstream knows it, where {@link #narrowed} has given it another name. */
    static String original(String pair) {
        return pair.startsWith(RENAMED) ? HOST + pair.substring(RENAMED.length()) : pair;
    }

    /** Whether a {@code Cookie} field may have a name that was changed. */
    static boolean mayHaveRenamed(String cookies) {
        return cookies.contains(RENAMED);
    }
}
