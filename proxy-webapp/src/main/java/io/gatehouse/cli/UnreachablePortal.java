package io.gatehouse.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Says in one line why a portal can not be reached, and what to do. The first line that fits counts. */
final class UnreachablePortal {

    private UnreachablePortal() {}

    static LoginFailedException because(IOException e, URI portal) {
        String at = portal.getHost() + ":" + port(portal);
        return new LoginFailedException(portal + " can not be reached: " + reason(e, portal.getHost(), at));
    }

    static int port(URI portal) {
        return portal.getPort() >= 0 ? portal.getPort() : portal.getScheme().equals("https") ? 443 : 80;
    }

    private static String reason(IOException e, String host, String at) {
        if (e instanceof SlowPortalException slow) {
            return switch (slow.stage()) {
                case TLS ->
                    at + " takes connections, and no TLS connection comes about; look at the port, or try again later";
                case ANSWER -> at + " answers without an end; look at the port, or try again later";
            };
        }
        if (has(e, UnresolvedAddressException.class) || has(e, UnknownHostException.class)) {
            return "there is no address for the name " + host + "; look at its spelling, and at the network";
        }
        if (has(e, HttpConnectTimeoutException.class) || has(e, NoRouteToHostException.class)) {
            return "nothing answers at " + at + "; look at the address, and for a firewall between";
        }
        if (has(e, ConnectException.class)) {
            return "nobody listens at " + at + "; look at the port, and whether Gatehouse runs";
        }
        if (has(e, HttpTimeoutException.class)) {
            return at + " takes connections and does not answer; try again later";
        }
        if (has(e, CertificateExpiredException.class) || has(e, CertificateNotYetValidException.class)) {
            return "its certificate has ended or is not good yet; look at this computer's clock, or ask who runs it";
        }
        if (has(e, CertPathBuilderException.class)) {
            return "nobody who is trusted here has signed its certificate; name the file of the authority with --ca";
        }
        if (has(e, CertificateException.class)) {
            return "its certificate is not for the name " + host + "; use a name that it is for";
        }
        if (has(e, SSLException.class)) {
            return "no TLS connection comes about at " + at + "; look at the port, and whether it is https there";
        }
        if (has(e, EOFException.class)) {
            return at + " closes the connection; look at the port, and whether it is https or http there";
        }
        return Optional.ofNullable(e.getMessage()).orElseGet(() -> e.getClass().getSimpleName());
    }

    private static boolean has(Throwable e, Class<? extends Exception> type) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
                .limit(10) // a chain can go in a circle
                .anyMatch(type::isInstance);
    }
}
