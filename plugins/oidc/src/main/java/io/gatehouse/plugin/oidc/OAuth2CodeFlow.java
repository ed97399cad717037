package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The authorization code flow of RFC 6749 4.1, with state and PKCE S256 (RFC 7636), and the user information that the
 * token gives access to. Nothing is taken from the browser but a code.
 */
final class OAuth2CodeFlow {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int LONGEST_TOKEN = 8_192;

    /**
     * The provider, and who we are to it.
     *
     * @param secret nothing for a public client
     * @param secretInForm whether the secret goes into the form, and not into a header (RFC 6749 2.3.1)
     * @param scope the scopes, separated by blanks
     * @param parameters more for the request of a login
     */
    record Provider(
            URI authorization,
            URI token,
            URI userInfo,
            String clientId,
            Optional<Secret> secret,
            boolean secretInForm,
            String scope,
            Map<String, String> parameters,
            boolean pkce) {}

    private final Provider provider;
    private final ProviderClient http;

    OAuth2CodeFlow(Provider provider, ProviderClient http) {
        this.provider = provider;
        this.http = http;
    }

    /** Where the browser goes. */
    LoginStep begin(LoginRequest request) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String verifier = BASE64.encodeToString(random);
        Map<String, String> query = new LinkedHashMap<>(provider.parameters());
        query.put("response_type", "code");
        query.put("client_id", provider.clientId());
        query.put("redirect_uri", request.callback().toString());
        if (!provider.scope().isEmpty()) {
            query.put("scope", provider.scope());
        }
        query.put("state", request.attempt());
        if (provider.pkce()) {
            query.put("code_challenge", challenge(verifier));
            query.put("code_challenge_method", "S256");
        }
        URI address = provider.authorization();
        return LoginStep.redirect(
                URI.create(address + (address.getRawQuery() == null ? "?" : "&") + FormText.encoded(query)),
                Map.of(AttemptStore.VERIFIER, verifier));
    }

    /** Takes the code that the browser brought to the token endpoint. */
    OAuth2Grant end(LoginRequest request) throws RefusedTokenException, ProviderUnavailableException {
        String verifier = request.kept().get(AttemptStore.VERIFIER);
        if (verifier == null || !request.parameter("state").equals(Optional.of(request.attempt()))) {
            throw new RefusedTokenException("the login was not begun here");
        }
        if (request.query().containsKey("error")) {
            throw new RefusedTokenException(
                    "the provider says " + word(request.parameter("error").orElse("")));
        }
        String code = request.parameter("code")
                .orElseThrow(() -> new RefusedTokenException("the answer at the callback has no code"));
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", request.callback().toString());
        if (provider.pkce()) {
            form.put("code_verifier", verifier);
        }
        return grant(form, Optional.empty());
    }

    /** Asks for a new token (RFC 6749 6); one that is not given anew stays. */
    OAuth2Grant refresh(Secret refreshToken) throws RefusedTokenException, ProviderUnavailableException {
        return grant(
                Map.of("grant_type", "refresh_token", "refresh_token", refreshToken.reveal()),
                Optional.of(refreshToken));
    }

    /**
     * Whose a token is.
     *
     * @return nothing when the provider does not take the token
     */
    Optional<Map<String, Object>> userInfo(Secret accessToken)
            throws RefusedTokenException, ProviderUnavailableException {
        URI address = provider.userInfo();
        ProviderClient.Answer answer;
        try {
            answer = http.send(HttpRequest.newBuilder(address)
                    .header("Accept", "application/json")
                    .header("User-Agent", "gatehouse")
                    .header("Authorization", "Bearer " + accessToken.reveal())
                    .build());
        } catch (ProviderUnavailableException.TooLarge e) {
            throw new RefusedTokenException(e.getMessage());
        }
        if (answer.status() == 401) {
            return Optional.empty();
        }
        if (answer.status() == 403) {
            throw new RefusedTokenException(address + " answered 403: the token may not read it; look at scopes");
        }
        requireOk(address, answer);
        try {
            return Optional.of(StrictJson.object(answer.body()));
        } catch (IllegalArgumentException e) { // it answers: no outage that a session is borne for
            throw new RefusedTokenException(address + " can not be read: " + e.getMessage());
        }
    }

    /** Whether the token endpoint is there and knows the client, asked with a code that is none. */
    Optional<String> trouble() {
        try {
            grant(
                    Map.of("grant_type", "authorization_code", "code", "none", "redirect_uri", "https://none.invalid/"),
                    Optional.empty());
            return Optional.empty();
        } catch (RefusedTokenException e) {
            return Optional.empty(); // it refuses the code, and not us
        } catch (ProviderUnavailableException e) {
            return Optional.of(e.getMessage());
        }
    }

    private OAuth2Grant grant(Map<String, String> parameters, Optional<Secret> refreshToken)
            throws RefusedTokenException, ProviderUnavailableException {
        Map<String, String> form = new LinkedHashMap<>(parameters);
        HttpRequest.Builder request = HttpRequest.newBuilder(provider.token())
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("User-Agent", "gatehouse");
        if (provider.secret().isPresent() && !provider.secretInForm()) {
            String pair = FormText.encoded(provider.clientId()) + ":"
                    + FormText.encoded(provider.secret().get().reveal());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
        } else {
            form.put("client_id", provider.clientId());
            provider.secret().ifPresent(secret -> form.put("client_secret", secret.reveal()));
        }
        ProviderClient.Answer answer =
                http.send(request.POST(HttpRequest.BodyPublishers.ofString(FormText.encoded(form)))
                        .build());
        Map<String, Object> members = members(answer);
        Object error = members.get("error"); // some say so with 200
        if (error != null) {
            String word = word(error instanceof String text ? text : "");
            if (word.equals("invalid_grant")) {
                throw new RefusedTokenException("the provider does not take the code or the refresh token any more");
            }
            throw new ProviderUnavailableException(provider.token() + " says " + word);
        }
        requireOk(provider.token(), answer);
        if (!(members.get("token_type") instanceof String type) || !type.equalsIgnoreCase("bearer")) {
            throw new ProviderUnavailableException(provider.token() + " gave no bearer token");
        }
        Optional<Secret> next = token(members, "refresh_token");
        return new OAuth2Grant(
                token(members, "access_token")
                        .orElseThrow(
                                () -> new ProviderUnavailableException(provider.token() + " gave no access token")),
                next.isPresent() ? next : refreshToken);
    }

    /** RFC 6749 A.12: visible characters; it goes into a header. */
    private Optional<Secret> token(Map<String, Object> members, String name) throws ProviderUnavailableException {
        Object value = members.get(name);
        if (value == null || value == StrictJson.NULL || value.equals("")) {
            return Optional.empty();
        }
        if (!(value instanceof String text) || text.length() > LONGEST_TOKEN || !text.matches("[!-~]+")) {
            throw new ProviderUnavailableException(provider.token() + " gave a " + name + " that is none");
        }
        return Optional.of(Secret.of(text));
    }

    /** JSON, or a form, as some answer whatever they are asked for; nothing when it is neither. */
    private Map<String, Object> members(ProviderClient.Answer answer) throws ProviderUnavailableException {
        boolean form = answer.type()
                .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
                .isPresent();
        try {
            return form
                    ? FormText.decoded(new String(answer.body(), StandardCharsets.UTF_8))
                    : StrictJson.object(answer.body());
        } catch (IllegalArgumentException e) {
            requireOk(provider.token(), answer);
            throw new ProviderUnavailableException(provider.token() + " can not be read: " + e.getMessage());
        }
    }

    private static void requireOk(URI address, ProviderClient.Answer answer) throws ProviderUnavailableException {
        if (answer.status() != 200) {
            throw new ProviderUnavailableException(address + " answered " + answer.status()
                    + (answer.status() / 100 == 3 ? "; redirects are not followed" : ""));
        }
    }

    private static String challenge(String verifier) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** An error's name for a message: it came through the browser, or from far. */
    private static String word(String text) {
        return text.matches("[a-z_]{1,60}") ? text : "an error";
    }
}
