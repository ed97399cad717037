package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A browser and an issuer around an authenticator: what the host does, and no more. */
final class LoginFixture implements AutoCloseable {

    static final URI CALLBACK = URI.create("https://gate.example.com/gatehouse/login/corp/callback");

    private final OidcFixture fixture = new OidcFixture();
    private volatile Map<String, String> tokenRequest = Map.of();
    private volatile Optional<String> tokenAuthorization = Optional.empty();

    LoginFixture() throws IOException {
        this(true);
    }

    private LoginFixture(boolean secret) throws IOException {
        if (secret) {
            fixture.with(OidcSettings.CLIENT_SECRET, Secret.of("the secret"));
        }
    }

    static LoginFixture withoutSecret() throws IOException {
        return new LoginFixture(false);
    }

    <T> LoginFixture with(Setting<T> setting, T value) {
        fixture.with(setting, value);
        return this;
    }

    FakeProvider provider() {
        return fixture.provider;
    }

    TestClock clock() {
        return fixture.clock;
    }

    OidcFixture bearer() {
        return fixture;
    }

    LoginAuthenticator login() {
        return (LoginAuthenticator) fixture.authenticator();
    }

    LoginStep step(String attempt) {
        return step(attempt, Map.of(), Map.of());
    }

    LoginStep step(String attempt, Map<String, List<String>> query, Map<String, String> kept) {
        return login().login(new LoginRequest(attempt, CALLBACK, query, kept, InetAddress.getLoopbackAddress()));
    }

    LoginStep.Redirect begin(String attempt) {
        if (step(attempt) instanceof LoginStep.Redirect redirect) {
            return redirect;
        }
        throw new AssertionError(step(attempt).toString());
    }

    /** The browser comes back, with the state of its attempt unless another is given. */
    LoginStep callback(LoginStep.Redirect begun, Map<String, String> parameters) {
        String attempt = query(begun.to()).get("state");
        Map<String, List<String>> query = new HashMap<>(Map.of("state", List.of(attempt)));
        parameters.forEach((name, value) -> query.put(name, List.of(value)));
        return step(attempt, query, begun.keep());
    }

    String refusal(LoginStep.Redirect begun, Map<String, String> parameters) {
        LoginStep step = callback(begun, parameters);
        if (step instanceof LoginStep.Refused refused) {
            return refused.reason();
        }
        throw new AssertionError(step.toString());
    }

    /** A good ID token for a login. */
    TestToken idToken(LoginStep.Redirect begun) {
        return fixture.token().claim("nonce", '"' + begun.keep().get("nonce") + '"');
    }

    /** The token endpoint gives these. */
    void grants(TestToken idToken, String refreshToken) {
        answerTokens(idToken.signed(), refreshToken);
    }

    void answerTokens(String idToken, String refreshToken) {
        tokenAnswer(
                200,
                "{\"access_token\":\"access\",\"token_type\":\"Bearer\""
                        + (idToken.isEmpty() ? "" : ",\"id_token\":\"" + idToken + '"')
                        + (refreshToken.isEmpty() ? "" : ",\"refresh_token\":\"" + refreshToken + '"') + "}");
    }

    void tokenAnswer(int status, String json) {
        provider().serve("/token", exchange -> {
            tokenRequest = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            tokenAuthorization =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            FakeProvider.send(exchange, status, json);
        });
    }

    /** What the token endpoint was asked last. */
    Map<String, String> tokenRequest() {
        return tokenRequest;
    }

    String tokenAuthorization() {
        return tokenAuthorization.orElse("");
    }

    static Map<String, String> query(URI address) {
        return form(address.getRawQuery());
    }

    static Map<String, String> form(String text) {
        Map<String, String> fields = new HashMap<>();
        Arrays.stream(text.split("&"))
                .map(field -> field.split("=", 2))
                .forEach(field -> fields.put(field[0], URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
        return fields;
    }

    static String sha256(String text) {
        try {
            return TestToken.base64(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        fixture.close();
    }
}
