package io.gatehouse.plugin.oidc;

import com.google.gson.JsonObject;
import io.gatehouse.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a session keeps for its renewal and its logout.
 *
 * @param idToken of the login, or of the last refresh that gave one
 * @param refreshToken nothing when the issuer gives none
 */
record Grant(String idToken, Optional<Secret> refreshToken) {

    private static final String ID_TOKEN = "id_token";
    private static final String REFRESH_TOKEN = "refresh_token";

    /** Reads what {@link #secret} wrote; nothing for any other. */
    static Optional<Grant> of(Secret secret) {
        try {
            Map<String, Object> members = StrictJson.object(secret.reveal().getBytes(StandardCharsets.UTF_8));
            return members.get(ID_TOKEN) instanceof String idToken
                    ? Optional.of(new Grant(
                            idToken,
                            members.get(REFRESH_TOKEN) instanceof String token
                                    ? Optional.of(Secret.of(token))
                                    : Optional.empty()))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** With what a refresh gave in place of what it gave anew: a rotated token, or the same as before. */
    Grant refreshed(CodeFlow.Tokens tokens) {
        return new Grant(
                tokens.idToken().orElse(idToken),
                tokens.refreshToken().isPresent() ? tokens.refreshToken() : refreshToken);
    }

    Secret secret() {
        JsonObject members = new JsonObject();
        members.addProperty(ID_TOKEN, idToken);
        refreshToken.ifPresent(token -> members.addProperty(REFRESH_TOKEN, token.reveal()));
        return Secret.of(members.toString());
    }
}
