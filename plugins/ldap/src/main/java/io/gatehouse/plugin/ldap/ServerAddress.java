package io.gatehouse.plugin.ldap;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a server is.
 *
 * @param host a name or an address
 * @param tls whether TLS is there from the first byte
 */
record ServerAddress(String host, int port, boolean tls) {

    /** @throws IllegalArgumentException with a message for the administrator */
    static ServerAddress parse(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean tls = scheme.equals("ldaps");
            boolean plain = uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null
                    && (uri.getRawPath() == null || uri.getRawPath().matches("/?"));
            boolean port = uri.getPort() == -1 || uri.getPort() > 0 && uri.getPort() < 65_536;
            if ((tls || scheme.equals("ldap")) && uri.getHost() != null && plain && port) {
                int standard = tls ? 636 : 389;
                String host = uri.getHost().replaceAll("^\\[|]$", "");
                return new ServerAddress(host, uri.getPort() == -1 ? standard : uri.getPort(), tls);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("expected ldaps://host:port or ldap://host:port");
    }

    /** Whether what is sent there never leaves this machine. */
    boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }
}
