package io.gatehouse.tunnel;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where an upgrade goes. ALPN is always {@code http/1.1}: HTTP/2 can not switch protocols.
 *
 * @param host name or address to connect to; all addresses of a name are tried in order
 * @param port 1 to 65535
 * @param socket the unix socket that is connected to instead
 * @param tls absent for plain HTTP
 */
public record UpstreamEndpoint(String host, int port, Optional<Path> socket, Optional<Tls> tls) {
    /**
     * @param context trust and client certificate of the target
     * @param serverName sent as SNI (when it is no address) and compared with the certificate
     * @param checkServerName false only where the administrator has switched it off
     */
    public record Tls(SSLContext context, String serverName, boolean checkServerName) {
        public Tls {
            Objects.requireNonNull(context, "context");
            Objects.requireNonNull(serverName, "serverName");
        }
    }

    public UpstreamEndpoint {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(socket, "socket");
        Objects.requireNonNull(tls, "tls");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("Port " + port + " is not between 1 and 65535");
        }
    }

    public static UpstreamEndpoint plain(String host, int port) {
        return new UpstreamEndpoint(host, port, Optional.empty(), Optional.empty());
    }

    public static UpstreamEndpoint unix(Path socket) {
        return new UpstreamEndpoint("localhost", 80, Optional.of(socket), Optional.empty());
    }

    public static UpstreamEndpoint tls(String host, int port, Tls tls) {
        return new UpstreamEndpoint(host, port, Optional.empty(), Optional.of(tls));
    }
}
