package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A browser and a provider of plain OAuth 2 around an authenticator: what the host does, and no more. */
final class OAuth2Fixture implements AutoCloseable {

    final FakeProvider provider = new FakeProvider();
    private final OAuth2AuthenticatorFactory factory = new OAuth2AuthenticatorFactory();
    private final TestSettings settings = TestSettings.of(factory);
    private Optional<LoginAuthenticator> made = Optional.empty();
    private volatile Map<String, String> tokenRequest = Map.of();
    private volatile String tokenAuthorization = "";
    private volatile String userInfoAuthorization = "";

    /** With a secret, and for everybody. */
    OAuth2Fixture() throws IOException {
        this(true);
    }

    static OAuth2Fixture withoutSecret() throws IOException {
        return new OAuth2Fixture(false);
    }

    private OAuth2Fixture(boolean secret) throws IOException {
        if (secret) {
            settings.with(OAuth2Settings.CLIENT_SECRET, Secret.of("the secret"));
        }
        settings.with(OAuth2Settings.AUTHORIZATION_ENDPOINT, provider.issuer() + "/authorize")
                .with(OAuth2Settings.TOKEN_ENDPOINT, provider.issuer() + "/token")
                .with(OAuth2Settings.USERINFO_ENDPOINT, provider.issuer() + "/user")
                .with(OAuth2Settings.CLIENT_ID, "gate house")
                .with(OAuth2Settings.ID_FROM, "id")
                .with(OAuth2Settings.ANY_ACCOUNT, true);
        grants("access-1", "refresh-1");
        isUser("{\"id\": 7, \"login\": \"alice\"}");
    }

    <T> OAuth2Fixture with(Setting<T> setting, T value) {
        settings.with(setting, value);
        made = Optional.empty();
        return this;
    }

    LoginAuthenticator login() {
        if (made.isEmpty()) {
            made = Optional.of((LoginAuthenticator)
                    factory.create(settings, new TestContext("hub", Path.of("."), new TestClock())));
        }
        return made.get();
    }

    LoginStep.Redirect begin() {
        return (LoginStep.Redirect) step(Map.of(), Map.of());
    }

    LoginStep step(Map<String, List<String>> query, Map<String, String> kept) {
        return login().login(new LoginRequest(
                "attempt", LoginFixture.CALLBACK, query, kept, InetAddress.getLoopbackAddress()));
    }

    LoginStep callback(LoginStep.Redirect begun, Map<String, String> parameters) {
        Map<String, List<String>> query = new HashMap<>(Map.of("state", List.of("attempt")));
        parameters.forEach((name, value) -> query.put(name, List.of(value)));
        return step(query, begun.keep());
    }

    /** A whole login. */
    LoginStep logIn() {
        return callback(begin(), Map.of("code", "the code"));
    }

    LoginStep.LoggedIn loggedIn() {
        if (logIn() instanceof LoginStep.LoggedIn login) {
            return login;
        }
        throw new AssertionError(logIn().toString());
    }

    void grants(String accessToken, String refreshToken) {
        tokenAnswer(
                200,
                "{\"access_token\": \"" + accessToken + "\", \"token_type\": \"bearer\", \"expires_in\": 7200"
                        + (refreshToken.isEmpty() ? "" : ", \"refresh_token\": \"" + refreshToken + "\"") + "}");
    }

    void tokenAnswer(int status, String body) {
        provider.serve("/token", exchange -> {
            tokenRequest =
                    LoginFixture.form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            tokenAuthorization = Optional.ofNullable(
                            exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("");
            FakeProvider.send(exchange, status, body);
        });
    }

    void isUser(String json) {
        userAnswer(200, json);
    }

    void userAnswer(int status, String body) {
        provider.serve("/user", exchange -> {
            userInfoAuthorization = exchange.getRequestHeaders().getFirst("Authorization");
            FakeProvider.send(exchange, status, body);
        });
    }

    /** The user information takes this token only. */
    void takesOnly(String accessToken, String json) {
        provider.serve("/user", exchange -> {
            boolean good = ("Bearer " + accessToken)
                    .equals(exchange.getRequestHeaders().getFirst("Authorization"));
            FakeProvider.send(exchange, good ? 200 : 401, good ? json : "{}");
        });
    }

    Map<String, String> tokenRequest() {
        return tokenRequest;
    }

    String tokenAuthorization() {
        return tokenAuthorization;
    }

    String userInfoAuthorization() {
        return userInfoAuthorization;
    }

    @Override
    public void close() {
        provider.close();
    }
}
