package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * When a token ends, RFC 7519 4.1.4. A review's answer does not say; so this looks into the token, of which the API server
 * has said that it is genuine.
 */
final class TokenExpiry {

    private TokenExpiry() {}

    /** Nothing for a token that is no JWT, or has no end. */
    static Optional<Instant> of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            if (JsonParser.parseString(claims) instanceof JsonObject object
                    && object.get("exp") instanceof JsonPrimitive end
                    && end.isNumber()) {
                return Optional.of(Instant.ofEpochSecond(end.getAsBigDecimal().longValue()));
            }
        } catch (IllegalArgumentException | JsonParseException | DateTimeException | ArithmeticException e) {
            // not a JWT
        }
        return Optional.empty();
    }
}
