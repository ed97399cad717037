package io.gatehouse.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Reads the address of a portal, in the configuration and on the command line. */
public final class PortalAddress {

    private PortalAddress() {}

    /**
     * An address in its one spelling: scheme, host in lower case, port where one is written, context path without a slash
     * at its end.
     *
     * @throws IllegalArgumentException with what was expected, when it is not {@code https}, nor {@code http} on localhost
     *     or a name below it, or has more than that
     */
    public static URI parse(String text) {
        URI url = uri(text);
        String scheme = url.getScheme();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        boolean plain = url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && path.matches("(/[A-Za-z0-9._~-]+)*/?");
        if (!plain || !"https".equals(scheme) && !"http".equals(scheme)) {
            throw new IllegalArgumentException("expected a URL such as https://gate.example.com");
        }
        String host = url.getHost().toLowerCase(Locale.ROOT);
        if (scheme.equals("http") && !host.equals("localhost") && !host.endsWith(".localhost")) {
            throw new IllegalArgumentException(
                    "expected https://" + host + "; http only on localhost and names below it");
        }
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return URI.create(scheme + "://" + host + port + trimmed);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected a URL such as https://gate.example.com");
        }
    }
}
