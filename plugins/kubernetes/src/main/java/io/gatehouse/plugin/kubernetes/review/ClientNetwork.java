package io.gatehouse.plugin.kubernetes.review;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Where a client comes from, for counting: an IPv6 client is its /64 network, as one machine has all of it. */
final class ClientNetwork {

    private ClientNetwork() {}

    static ByteBuffer of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
    }
}
