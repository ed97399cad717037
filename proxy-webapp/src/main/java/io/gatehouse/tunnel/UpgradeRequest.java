package io.gatehouse.tunnel;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.ManagedHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A client's wish to switch protocols, as far as the tunnel needs it.
 *
 * @param protocol what to switch to
 * @param method the method for the upstream: GET or POST; a CONNECT over HTTP/2 becomes GET
 * @param overHttp2 WebSocket over HTTP/2 (RFC 8441; Jetty only): the client has sent no key and is answered 200
 */
public record UpgradeRequest(UpgradeProtocol protocol, String method, boolean overHttp2) {
    public UpgradeRequest {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(method, "method");
    }

    /**
     * Looks at method, protocol version and headers; reads neither body nor parameters.
     *
     * @return empty for everything that is an ordinary request, {@code Upgrade: h2c} and unknown or several protocols
     *     among it: their {@code Upgrade} and {@code HTTP2-Settings} are hop by hop and are not forwarded
     * @throws UpgradeException with {@code REQUEST_HAS_BODY}: the body would be taken for the stream by one side only
     */
    public static Optional<UpgradeRequest> of(HttpServletRequest request) throws UpgradeException {
        if (request.getMethod().equals("CONNECT")) {
            return JettyTunnel.connectProtocol(request)
                    .flatMap(UpgradeProtocol::of)
                    .filter(protocol -> protocol == UpgradeProtocol.WEBSOCKET)
                    .map(protocol -> new UpgradeRequest(protocol, "GET", true));
        }
        if (request.getHeader("Upgrade") == null) {
            return Optional.empty();
        }
        boolean possible = request.getProtocol().equals("HTTP/1.1")
                && (request.getMethod().equals("GET") || request.getMethod().equals("POST"))
                && HeaderField.containsElement(values(request, "Connection"), "upgrade");
        List<String> wanted = values(request, "Upgrade");
        if (!possible || wanted.size() != 1) {
            return Optional.empty();
        }
        Optional<UpgradeProtocol> protocol = UpgradeProtocol.of(wanted.get(0).strip());
        if (protocol.isPresent() && hasBody(request)) {
            throw new UpgradeException(
                    UpgradeException.Reason.REQUEST_HAS_BODY, "A request to switch protocols must have no body");
        }
        return protocol.map(known -> new UpgradeRequest(known, request.getMethod(), false));
    }

    /**
     * The head for the upstream.
     *
     * @param target the raw request target
     * @param headers already cleaned and with the outbound identity; hop-by-hop and framing headers are left out here
     */
    public RequestHead upstreamHead(String target, List<HeaderField> headers) {
        List<HeaderField> lines = new ArrayList<>();
        for (HeaderField header : headers) {
            boolean replacedKey = overHttp2 && header.is("Sec-WebSocket-Key");
            boolean framing = HopByHop.contains(ManagedHeaders.fold(header.name()))
                    || header.is("Content-Length")
                    || header.is("Expect");
            if (!replacedKey && !framing) {
                lines.add(header);
            }
        }
        lines.add(new HeaderField("Connection", "Upgrade"));
        lines.add(new HeaderField("Upgrade", protocol.token()));
        if (overHttp2) {
            byte[] key = new byte[16];
            new SecureRandom().nextBytes(key);
            lines.add(new HeaderField("Sec-WebSocket-Key", Base64.getEncoder().encodeToString(key)));
        }
        if (method.equals("POST")) {
            lines.add(new HeaderField("Content-Length", "0"));
        }
        return new RequestHead(method, target, lines);
    }

    private static boolean hasBody(HttpServletRequest request) {
        List<String> lengths = values(request, "Content-Length");
        boolean empty =
                lengths.isEmpty() || (lengths.size() == 1 && lengths.get(0).equals("0"));
        return !empty || !values(request, "Transfer-Encoding").isEmpty();
    }

    private static List<String> values(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
