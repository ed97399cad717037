package io.gatehouse.plugin.github;

import com.github.scribejava.core.builder.api.DefaultApi20;
import com.github.scribejava.core.exceptions.OAuthException;
import com.github.scribejava.core.extractors.TokenExtractor;
import com.github.scribejava.core.model.OAuth2AccessToken;
import com.github.scribejava.core.model.Response;
import com.github.scribejava.core.oauth.AccessTokenRequestParams;
import com.github.scribejava.core.oauth.OAuth20Service;
import com.github.scribejava.core.oauth2.clientauthentication.ClientAuthentication;
import com.github.scribejava.core.oauth2.clientauthentication.RequestBodyAuthenticationScheme;
import com.google.gson.JsonObject;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Where ScribeJava goes, what it may take for a token, and for an error. */
final class TokenEndpoint extends DefaultApi20 {

    private final HttpCalls http;
    private final Endpoints endpoints;
    private final String clientId;
    private final Secret clientSecret;

    TokenEndpoint(HttpCalls http, Endpoints endpoints, String clientId, Secret clientSecret) {
        this.http = http;
        this.endpoints = endpoints;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    @Override
    public String getAccessTokenEndpoint() {
        return endpoints.token().toString();
    }

    @Override
    protected String getAuthorizationBaseUrl() {
        return endpoints.authorize().toString();
    }

    @Override
    public ClientAuthentication getClientAuthentication() {
        return RequestBodyAuthenticationScheme.instance();
    }

    /** ScribeJava's own would need Jackson. */
    @Override
    public TokenExtractor<OAuth2AccessToken> getAccessTokenExtractor() {
        return this::token;
    }

    /**
     * Takes a code there.
     *
     * @param callback that the code was brought to
     */
    OAuth2AccessToken exchange(AccessTokenRequestParams parameters, Optional<URI> callback, Deadline deadline)
            throws RefusedException, UnavailableException {
        OAuth20Service service = new OAuth20Service(
                this,
                clientId,
                clientSecret.reveal(),
                callback.map(URI::toString).orElse(null),
                null, // the scope is the login's
                "code",
                null, // a stream that would show the secrets
                "gatehouse",
                null,
                new TokenCalls(http, deadline));
        try {
            return service.getAccessToken(parameters);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted");
        } catch (IOException | ExecutionException | OAuthException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw e.getCause() instanceof UnavailableException unavailable ? unavailable : unreadable();
        }
    }

    private OAuth2AccessToken token(Response answer) throws IOException {
        try {
            return new OAuth2AccessToken(judged(answer));
        } catch (RefusedException | UnavailableException e) {
            throw new OAuthException(e.getMessage(), e);
        }
    }

    /** GitHub tells errors with 200, and may answer as a form whatever it was asked for. */
    private String judged(Response answer) throws IOException, RefusedException, UnavailableException {
        String where = HttpCalls.where(endpoints.token());
        if (answer.getCode() != 200) {
            throw new UnavailableException(where + " answered " + answer.getCode());
        }
        Map<String, String> members = members(answer);
        String error = members.get("error");
        if ("bad_verification_code".equals(error)) {
            throw new RefusedException("GitHub does not take the code (bad_verification_code)");
        }
        if (error != null) {
            throw new UnavailableException(where + " says " + shown(error));
        }
        String token = members.getOrDefault("access_token", "");
        if (!token.matches("[!-~]{1,255}") || !"bearer".equalsIgnoreCase(members.get("token_type"))) {
            throw new UnavailableException(where + " gave no bearer token");
        }
        return token;
    }

    private static Map<String, String> members(Response answer) throws IOException, UnavailableException {
        Map<String, String> members = new LinkedHashMap<>();
        try {
            if (answer.getHeader(TokenCalls.CONTENT_TYPE).startsWith(TokenCalls.DEFAULT_CONTENT_TYPE)) {
                for (String pair : answer.getBody().split("&")) {
                    String[] parts = pair.split("=", 2);
                    members.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
                }
            } else {
                JsonObject object = Json.object(answer.getBody().getBytes(StandardCharsets.UTF_8));
                object.keySet()
                        .forEach(name -> Json.findText(object, name).ifPresent(value -> members.put(name, value)));
            }
            return members;
        } catch (IllegalArgumentException e) {
            throw unreadable();
        }
    }

    private static UnavailableException unreadable() {
        return new UnavailableException("the answer for the code can not be read");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** A word of a provider for a message: it came through the browser, or from far. */
    static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 60)).replaceAll("[^a-zA-Z0-9_ -]", "?");
    }
}
