package io.gatehouse.plugin.github;

import com.google.gson.JsonObject;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The authorization code flow of RFC 6749, 4.1, always with state and PKCE S256 (RFC 7636), as GitHub answers in it. */
final class CodeFlow {

    private static final String SCOPE = "read:org";
    private static final String VERIFIER = "verifier";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpCalls http;
    private final Endpoints endpoints;
    private final String clientId;
    private final Secret clientSecret;

    CodeFlow(HttpCalls http, Endpoints endpoints, String clientId, Secret clientSecret) {
        this.http = http;
        this.endpoints = endpoints;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    /** Where the browser goes. */
    LoginStep begin(LoginRequest request) {
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String verifier = BASE64.encodeToString(random);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", clientId);
        query.put("redirect_uri", request.callback().toString());
        query.put("response_type", "code");
        query.put("scope", SCOPE);
        query.put("state", request.attempt());
        query.put("code_challenge", challenge(verifier));
        query.put("code_challenge_method", "S256");
        return LoginStep.redirect(URI.create(endpoints.authorize() + "?" + encoded(query)), Map.of(VERIFIER, verifier));
    }

    /** Takes the code that the browser brought back to GitHub. */
    Secret end(LoginRequest request, Deadline deadline) throws RefusedException, UnavailableException {
        Optional<String> error = request.parameter("error");
        if (error.isPresent()) {
            throw new RefusedException("GitHub says at the callback: " + shown(error.get()));
        }
        String verifier = request.kept().get(VERIFIER);
        Optional<String> code = request.parameter("code");
        if (code.isEmpty() || verifier == null || !request.parameter("state").equals(Optional.of(request.attempt()))) {
            throw new RefusedException("the answer at the callback has no code, or is not of this attempt");
        }
        return token(exchange(
                Map.of("code", code.get(), "redirect_uri", request.callback().toString(), "code_verifier", verifier),
                deadline));
    }

    /** Whether GitHub is there and knows the client: it looks at the secret before the code, which is none. */
    Optional<String> trouble(Deadline deadline) {
        try {
            token(exchange(Map.of("code", "none"), deadline));
            return Optional.empty();
        } catch (RefusedException e) {
            return Optional.empty();
        } catch (UnavailableException e) {
            return Optional.of(e.getMessage());
        }
    }

    private HttpResponse<byte[]> exchange(Map<String, String> parameters, Deadline deadline)
            throws UnavailableException {
        Map<String, String> form = new LinkedHashMap<>(parameters);
        form.put("client_id", clientId);
        form.put("client_secret", clientSecret.reveal());
        HttpRequest exchange = HttpRequest.newBuilder(endpoints.token())
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("User-Agent", "gatehouse")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(form)))
                .build();
        return http.send(exchange, deadline);
    }

    /** GitHub tells errors with 200, and may answer as a form whatever it was asked for. */
    private Secret token(HttpResponse<byte[]> answer) throws RefusedException, UnavailableException {
        String where = HttpCalls.where(endpoints.token());
        if (answer.statusCode() != 200) {
            throw new UnavailableException(where + " answered " + answer.statusCode());
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
        return Secret.of(token);
    }

    private static Map<String, String> members(HttpResponse<byte[]> answer) throws UnavailableException {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        Map<String, String> members = new LinkedHashMap<>();
        try {
            if (type.startsWith("application/x-www-form-urlencoded")) {
                for (String pair : new String(answer.body(), StandardCharsets.UTF_8).split("&")) {
                    String[] parts = pair.split("=", 2);
                    members.put(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
                }
            } else {
                JsonObject object = Json.object(answer.body());
                object.keySet()
                        .forEach(name -> Json.findText(object, name).ifPresent(value -> members.put(name, value)));
            }
            return members;
        } catch (IllegalArgumentException e) {
            throw new UnavailableException("the answer for the code can not be read");
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

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** A word of a provider for a message: it came through the browser, or from far. */
    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), 60)).replaceAll("[^a-zA-Z0-9_ -]", "?");
    }
}
