package io.gatehouse.request;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Enumeration;
import java.util.Optional;

/**
 * Tells who is at the other end: the peer of the connection, or, when that is a proxy the administrator trusts, the
 * nearest address in {@code X-Forwarded-For} that is not itself such a proxy. What a stranger writes there counts for
 * nothing.
 */
public final class ClientAddress {

    private static final int MAX_HOPS = 32;

    private final AddressRanges trustedProxies;
    private final AddressRanges tlsTerminators;

    /**
     * @param trustedProxies peers whose {@code X-Forwarded-For} is believed
     * @param tlsTerminators peers that speak to us in clear on behalf of TLS clients; believed likewise
     */
    public ClientAddress(AddressRanges trustedProxies, AddressRanges tlsTerminators) {
        this.trustedProxies = trustedProxies;
        this.tlsTerminators = tlsTerminators;
    }

    /** The peer of the connection. @throws InvalidRequestException when the container knows none */
    public static InetAddress peer(HttpServletRequest request) {
        String literal = request.getRemoteAddr();
        if (literal == null) { // so Tomcat says that the connection has ended
            throw new InvalidRequestException("the client left before its request was looked at");
        }
        int zone = literal.indexOf('%');
        String address = zone < 0 ? literal : literal.substring(0, zone);
        String bare = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
        return AddressRanges.parse(bare)
                .orElseThrow(() -> new InvalidRequestException("the container gives no IP address for the peer"));
    }

    /** The client of a request. */
    public InetAddress of(HttpServletRequest request, InetAddress peer) {
        if (!isProxy(peer)) {
            return peer;
        }
        InetAddress client = peer;
        Enumeration<String> values = request.getHeaders("X-Forwarded-For");
        StringBuilder all = new StringBuilder();
        while (values.hasMoreElements()) {
            all.append(all.isEmpty() ? "" : ",").append(values.nextElement());
        }
        String[] hops = all.toString().split(",", -1);
        for (int i = hops.length - 1; i >= 0 && hops.length - i <= MAX_HOPS; i--) {
            Optional<InetAddress> hop = AddressRanges.parse(hops[i].strip());
            if (hop.isEmpty()) {
                return client; // what stands left of garbage was not written by a proxy of ours
            }
            client = hop.get();
            if (!isProxy(client)) {
                return client;
            }
        }
        return client;
    }

    private boolean isProxy(InetAddress address) {
        return trustedProxies.contains(address) || tlsTerminators.contains(address);
    }

    /** Whether the client spoke TLS, to us or to a listed terminator. */
    public boolean cameOverTls(HttpServletRequest request, InetAddress peer) {
        return request.isSecure() || tlsTerminators.contains(peer);
    }

    /** Whether a credential may come over this connection: TLS, loopback, or a listed terminator of TLS. */
    public boolean maySendCredentials(HttpServletRequest request, InetAddress peer) {
        return cameOverTls(request, peer) || peer.isLoopbackAddress();
    }
}
