package io.gatehouse.request;

import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

/**
 * The WebSocket sub-protocol that carries a bearer token, as a page in a browser can set no other header
 * ({@code k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go}). It is a credential: it ends here.
 */
public final class TokenProtocol {

    /** The header field. */
    public static final String FIELD = "Sec-WebSocket-Protocol";

    private static final String PREFIX = "base64url.bearer.authorization.k8s.io.";

    private TokenProtocol() {}

    /** Whether a request has one, well formed or not. */
    public static boolean isOffered(HttpServletRequest request) {
        return isOffered(request.getHeaders(FIELD));
    }

    /** Whether one is in the values of a field, which may be spelled in a way that only some upstream reads. */
    public static boolean isOffered(Enumeration<String> values) {
        while (values.hasMoreElements()) {
            if (isToken(values.nextElement())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isToken(String protocols) {
        return protocols.contains(PREFIX);
    }

    /**
     * The token of a WebSocket's request.
     *
     * @return nothing when there is no such sub-protocol
     * @throws IllegalArgumentException when there are two, one that can not be read, or no other sub-protocol that the
     *     upstream could choose; the message does not show it
     */
    public static Optional<Secret> token(HttpServletRequest request) {
        if (!isOffered(request)) {
            return Optional.empty();
        }
        List<String> tokens = new ArrayList<>();
        boolean others = false;
        for (Enumeration<String> values = request.getHeaders(FIELD); values.hasMoreElements(); ) {
            for (String protocol : values.nextElement().split(",")) {
                String stripped = protocol.strip();
                if (stripped.startsWith(PREFIX)) {
                    tokens.add(stripped.substring(PREFIX.length()));
                } else {
                    others |= !stripped.isEmpty();
                }
            }
        }
        if (tokens.size() != 1) {
            throw new IllegalArgumentException("there is not exactly one sub-protocol with a bearer token");
        }
        if (!others) {
            throw new IllegalArgumentException("there is no sub-protocol beside the one with the bearer token");
        }
        return Optional.of(decode(tokens.get(0)));
    }

    private static Secret decode(String encoded) {
        try {
            if (encoded.indexOf('=') < 0) {
                byte[] bytes = Base64.getUrlDecoder().decode(encoded);
                return Secret.of(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // said below, without the value that the exception may show
        }
        throw new IllegalArgumentException("the sub-protocol's bearer token is not unpadded base64url of UTF-8");
    }

    /** The sub-protocols of one or several fields without the one with a token; empty when nothing is left. */
    public static String without(Iterable<String> fields) {
        StringBuilder kept = new StringBuilder();
        for (String field : fields) {
            for (String protocol : field.split(",")) {
                if (!isToken(protocol) && !protocol.isBlank()) {
                    kept.append(kept.isEmpty() ? "" : ", ").append(protocol.strip());
                }
            }
        }
        return kept.toString();
    }
}
