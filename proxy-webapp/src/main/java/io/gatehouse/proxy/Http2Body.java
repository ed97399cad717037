package io.gatehouse.proxy;

import io.gatehouse.tunnel.UncutBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;

/**
 * What is known of a request's body before it is sent.
 *
 * @param none whether there is none
 * @param length negative when it is not known before its end
 * @param first what was read of it already
 */
record Http2Body(boolean none, long length, byte[] first) {

    /** Methods whose requests may be sent again where they have no body, RFC 9110 9.2.1. */
    static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private static final byte[] NOTHING = {};

    /**
     * Looks at a request. Its first byte is waited for only where that matters: where there may be a body although no
     * header says so, as over HTTP/2, and one without could be sent again; and where the client waits for leave to send it,
     * which Tomcat gives only to those who wait. A gRPC client may wait for the answer's head before it sends anything.
     *
     * @throws ClientGoneException when the client has left
     */
    static Http2Body of(HttpServletRequest request) throws ClientGoneException {
        long length = request.getContentLengthLong();
        boolean announced = length > 0 || length < 0 && request.getHeader("Transfer-Encoding") != null;
        boolean possible = announced || length < 0 && !request.getProtocol().startsWith("HTTP/1");
        if (!possible) {
            return new Http2Body(true, length, NOTHING);
        }
        boolean waits = announced ? request.getHeader("Expect") != null : SAFE.contains(request.getMethod());
        if (!waits) {
            return new Http2Body(false, length, NOTHING);
        }
        try {
            int first = new UncutBody(request).read();
            return new Http2Body(first < 0, length, first < 0 ? NOTHING : new byte[] {(byte) first});
        } catch (IOException e) {
            throw new ClientGoneException("the request body can not be read", e);
        }
    }
}
