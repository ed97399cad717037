package io.gatehouse.plugin.oidc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * A signed JWT as it came (RFC 7515 3.1): nothing of it has been verified.
 *
 * @param text as it came
 * @param header the members of the JOSE header
 * @param claims the members of the payload
 */
record CompactToken(String text, Map<String, Object> header, Map<String, Object> claims) {

    static final int LONGEST = 64 * 1024;

    /** What a text is. */
    sealed interface Reading {}

    /** A token of the issuer that was asked for, by its own word. */
    record Ours(CompactToken token) implements Reading {}

    /** No token, or another issuer's. */
    record Foreign() implements Reading {}

    /** One that names our issuer, and has no clear reading. */
    record Damaged(String reason) implements Reading {}

    /** Reads a text, and whose token it says it is. */
    static Reading read(String text, String issuer) {
        String[] parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
        if (parts.length != 3) {
            return new Foreign();
        }
        Optional<byte[]> header = decode(parts[0]);
        Optional<byte[]> payload = decode(parts[1]);
        if (header.isEmpty() || payload.isEmpty()) {
            return new Foreign();
        }
        try {
            CompactToken token =
                    new CompactToken(text, StrictJson.object(header.get()), StrictJson.object(payload.get()));
            return issuer.equals(token.claims.get("iss")) ? new Ours(token) : new Foreign();
        } catch (IllegalArgumentException e) {
            boolean namesUs = new String(payload.get(), StandardCharsets.UTF_8).contains('"' + issuer + '"');
            return namesUs ? new Damaged("the token can not be read: " + e.getMessage()) : new Foreign();
        }
    }

    /** base64url without padding, as RFC 7515 has it. */
    private static Optional<byte[]> decode(String part) {
        try {
            return part.isEmpty() || part.indexOf('=') >= 0
                    ? Optional.empty()
                    : Optional.of(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
