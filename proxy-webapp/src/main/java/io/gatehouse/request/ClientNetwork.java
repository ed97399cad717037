package io.gatehouse.request;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a client comes from, for counting: an IPv6 client is its /64 network, as one machine has all of it (RFC 6177). */
public final class ClientNetwork {

    private static final int IPV6_PREFIX_BYTES = 8;

    private ClientNetwork() {}

    /** A text that is the same for all addresses of one client. */
    public static String of(InetAddress client) {
        return client instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(client.getAddress(), IPV6_PREFIX_BYTES))
                : client.getHostAddress();
    }
}
