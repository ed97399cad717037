package io.gatehouse.pipeline;

import io.gatehouse.request.ClientCertificates;
import io.gatehouse.request.TokenProtocol;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes the one credential out of a request. {@code Authorization}, or a WebSocket's token protocol, goes before a
 * browser's session, and that before a client certificate, which a TLS stack may send unasked; the record names the one
 * that was used.
 */
public final class CredentialReader {

    private static final int MAX_LENGTH = 32 * 1024;

    private CredentialReader() {}

    /**
     * Reads it. Kubernetes asks about a token in a WebSocket's sub-protocol when the one in {@code Authorization} does not
     * hold; here two of them are none, as it would be open whose request it is.
     *
     * @param webSocket whether the request really opens one
     * @param session reads the session of a browser, where the target takes one
     * @param certificates finds the certificate that the client has shown
     * @throws MalformedCredentialException when there is one that can not be read: never the same as none
     */
    static Credential of(
            HttpServletRequest request,
            boolean webSocket,
            Supplier<Optional<Credential.Session>> session,
            ClientCertificates certificates) {
        String authorization = request.getHeader("Authorization");
        Optional<Credential> protocol = webSocket ? protocol(request) : Optional.empty();
        if (authorization != null && protocol.isPresent()) {
            throw new MalformedCredentialException("there is a credential in Authorization and one in a sub-protocol");
        }
        if (authorization != null) {
            return parse(authorization.strip());
        }
        if (protocol.isPresent()) {
            return protocol.get();
        }
        Optional<Credential.Session> known = session.get();
        if (known.isPresent()) {
            return known.get();
        }
        try {
            List<X509Certificate> chain = certificates.of(request);
            return chain.isEmpty() ? new Credential.None() : new Credential.ClientCertificate(chain);
        } catch (IllegalArgumentException e) {
            throw new MalformedCredentialException(e.getMessage());
        }
    }

    /**
     * The one in {@code Authorization} alone.
     *
     * @throws RefusedException when it can not be read
     */
    public static Credential authorization(HttpServletRequest request) {
        String authorization = request.getHeader("Authorization");
        try {
            return authorization == null ? new Credential.None() : parse(authorization.strip());
        } catch (MalformedCredentialException e) {
            throw new RefusedException(401, "unauthenticated", e.getMessage(), "Unauthorized");
        }
    }

    private static Optional<Credential> protocol(HttpServletRequest request) {
        try {
            return TokenProtocol.token(request).map(token -> bearer(token.reveal()));
        } catch (IllegalArgumentException e) {
            throw new MalformedCredentialException(e.getMessage());
        }
    }

    private static Credential parse(String value) {
        if (value.length() > MAX_LENGTH) {
            throw new MalformedCredentialException("the credential is longer than " + MAX_LENGTH + " characters");
        }
        int blank = value.indexOf(' ');
        String scheme = blank < 0 ? value : value.substring(0, blank);
        String rest = blank < 0 ? "" : value.substring(blank + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return bearer(rest);
        }
        if (scheme.equalsIgnoreCase("Basic")) {
            return basic(rest);
        }
        throw new MalformedCredentialException("the authorization scheme is neither Bearer nor Basic");
    }

    /** A b64token, RFC 6750 2.1: no blank and no comma, so that two never look like one. */
    private static Credential bearer(String token) {
        boolean valid = !token.isEmpty() && token.length() <= MAX_LENGTH;
        for (int i = 0; i < token.length() && valid; i++) {
            char c = token.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            valid = letterOrDigit || "-._~+/=".indexOf(c) >= 0;
        }
        if (!valid) {
            throw new MalformedCredentialException(
                    "the bearer token has a character that no token has, or is empty or too long");
        }
        return new Credential.Bearer(Secret.of(token));
    }

    private static Credential basic(String encoded) {
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded);
            String pair = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int colon = pair.indexOf(':');
            boolean complete = colon > 0 && colon + 1 < pair.length();
            if (complete && pair.chars().noneMatch(Character::isISOControl)) {
                return new Credential.Basic(pair.substring(0, colon), Secret.of(pair.substring(colon + 1)));
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // said below
        }
        throw new MalformedCredentialException(
                "the Basic credential is not base64 of user:password in UTF-8, both not empty");
    }

    /** Says what is wrong with a credential, without it. */
    static final class MalformedCredentialException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedCredentialException(String message) {
            super(message, null, false, false);
        }
    }
}
