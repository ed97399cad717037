package io.gatehouse.plugin.oidc;

import com.google.gson.JsonObject;
import io.gatehouse.spi.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What a login or a refresh at an OAuth 2 provider gave, and what the session keeps.
 *
 * @param refreshToken nothing when the provider gives none
 */
record OAuth2Grant(Secret accessToken, Optional<Secret> refreshToken) {

    private static final String ACCESS_TOKEN = "access_token";
    private static final String REFRESH_TOKEN = "refresh_token";

    /** Reads what {@link #secret} wrote; nothing for any other. */
    static Optional<OAuth2Grant> of(Secret secret) {
        try {
            Map<String, Object> members = StrictJson.object(secret.reveal().getBytes(StandardCharsets.UTF_8));
            return text(members, ACCESS_TOKEN).map(token -> new OAuth2Grant(token, text(members, REFRESH_TOKEN)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Secret> text(Map<String, Object> members, String name) {
        return members.get(name) instanceof String text ? Optional.of(Secret.of(text)) : Optional.empty();
    }

    Secret secret() {
        JsonObject members = new JsonObject();
        members.addProperty(ACCESS_TOKEN, accessToken.reveal());
        refreshToken.ifPresent(token -> members.addProperty(REFRESH_TOKEN, token.reveal()));
        return Secret.of(members.toString());
    }
}
