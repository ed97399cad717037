package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A login at a provider of plain OAuth 2, and the sessions that come of it. */
class OAuth2LoginTest {

    private OAuth2Fixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new OAuth2Fixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Renewal renew(LoginStep.LoggedIn login) {
        return fixture.login().renew(login.identity(), login.grant());
    }

    private static OAuth2Grant grant(Optional<Secret> secret) {
        return OAuth2Grant.of(secret.orElseThrow()).orElseThrow();
    }

    @Test
    void sendsTheBrowserToTheProvider() {
        fixture.with(OAuth2Settings.SCOPES, List.of("read_user", "email"))
                .with(OAuth2Settings.LOGIN_PARAMETERS, List.of("prompt=consent"));
        LoginStep.Redirect step = fixture.begin();
        assertThat(step.to().toString()).startsWith(fixture.provider.issuer() + "/authorize?");
        assertThat(LoginFixture.query(step.to()))
                .containsOnly(
                        Map.entry("response_type", "code"),
                        Map.entry("client_id", "gate house"),
                        Map.entry("redirect_uri", LoginFixture.CALLBACK.toString()),
                        Map.entry("scope", "read_user email"),
                        Map.entry("state", "attempt"),
                        Map.entry("prompt", "consent"),
                        Map.entry("code_challenge_method", "S256"),
                        Map.entry(
                                "code_challenge",
                                LoginFixture.sha256(step.keep().get("verifier"))));
        assertThat(step.keep().get("verifier")).hasSize(43);
    }

    @Test
    void guessesNothingTwice() {
        Set<String> verifiers = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            verifiers.add(fixture.begin().keep().get("verifier"));
        }
        assertThat(verifiers).hasSize(100);
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        fixture.with(OAuth2Settings.PKCE, false)
                .with(OAuth2Settings.AUTHORIZATION_ENDPOINT, fixture.provider.issuer() + "/authorize?tenant=a");
        assertThat(LoginFixture.query(fixture.begin().to()))
                .containsEntry("tenant", "a")
                .doesNotContainKeys("scope", "code_challenge", "code_challenge_method");
        assertThat(fixture.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(fixture.tokenRequest()).doesNotContainKey("code_verifier");
    }

    @Test
    void logsIn() {
        LoginStep.Redirect begun = fixture.begin();
        LoginStep.LoggedIn step = (LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "the code"));
        assertThat(step.identity()).isEqualTo(Identity.of("hub:7", "oauth2").withUid("7"));
        assertThat(grant(step.grant()))
                .isEqualTo(new OAuth2Grant(Secret.of("access-1"), Optional.of(Secret.of("refresh-1"))));
        assertThat(fixture.tokenRequest())
                .containsOnly(
                        Map.entry("grant_type", "authorization_code"),
                        Map.entry("code", "the code"),
                        Map.entry("redirect_uri", LoginFixture.CALLBACK.toString()),
                        Map.entry("code_verifier", begun.keep().get("verifier")));
        String pair = Base64.getEncoder().encodeToString("gate+house:the+secret".getBytes(StandardCharsets.US_ASCII));
        assertThat(fixture.tokenAuthorization()).isEqualTo("Basic " + pair);
        assertThat(fixture.userInfoAuthorization()).isEqualTo("Bearer access-1");
    }

    @Test
    void sendsTheSecretInTheForm() {
        fixture.with(OAuth2Settings.CLIENT_AUTHENTICATION, "post");
        assertThat(fixture.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(fixture.tokenRequest())
                .containsEntry("client_id", "gate house")
                .containsEntry("client_secret", "the secret");
        assertThat(fixture.tokenAuthorization()).isEmpty();
    }

    @Test
    void readsAnAnswerThatIsAForm() {
        fixture.provider.serve("/token", exchange -> {
            byte[] body = "access_token=a%2B1&token_type=Bearer&scope=".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
        assertThat(grant(fixture.loggedIn().grant())).isEqualTo(new OAuth2Grant(Secret.of("a+1"), Optional.empty()));
    }

    @Test
    void takesNoAnswerOfAnotherLogin() {
        LoginStep refused = LoginStep.refused("the login was not begun here");
        assertThat(fixture.step(Map.of("code", List.of("c"), "state", List.of("attempt")), Map.of()))
                .isEqualTo(refused);
        Map<String, String> kept = fixture.begin().keep();
        assertThat(fixture.step(Map.of("code", List.of("c"), "state", List.of("other")), kept))
                .isEqualTo(refused);
        assertThat(fixture.step(Map.of("code", List.of("c")), kept)).isEqualTo(refused);
        assertThat(fixture.provider.asked("/token")).isZero();
    }

    @Test
    void saysWhatTheProviderSays() {
        LoginStep.Redirect begun = fixture.begin();
        assertThat(fixture.callback(begun, Map.of("error", "access_denied")))
                .isEqualTo(LoginStep.refused("the provider says access_denied"));
        assertThat(fixture.callback(begun, Map.of("error", "<b>", "code", "c")))
                .isEqualTo(LoginStep.refused("the provider says an error"));
        assertThat(fixture.callback(begun, Map.of()))
                .isEqualTo(LoginStep.refused("the answer at the callback has no code"));
        fixture.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(fixture.logIn())
                .isEqualTo(LoginStep.refused("the provider does not take the code or the refresh token any more"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|{\"error\": \"invalid_client\"}|/token says invalid_client",
                "200|{\"error\": \"incorrect_client_credentials\"}|/token says incorrect_client_credentials",
                "200|{\"error\": 7}|/token says an error",
                "500|{}|/token answered 500",
                "302|{}|/token answered 302; redirects are not followed",
                "502|<html>|/token answered 502",
                "200|<html>|/token can not be read: it is not JSON",
                "200|{\"access_token\": \"a\"}|/token gave no bearer token",
                "200|{\"access_token\": \"a\", \"token_type\": \"mac\"}|/token gave no bearer token",
                "200|{\"token_type\": \"bearer\"}|/token gave no access token",
                "200|{\"access_token\": \"a b\", \"token_type\": \"bearer\"}|/token gave a access_token that is none",
                "200|{\"access_token\": \"a\\r\\nX: y\", \"token_type\": \"bearer\"}|/token gave a access_token that is none"
            })
    void canNotJudgeWithoutAToken(int status, String body, String reason) {
        fixture.tokenAnswer(status, body);
        assertThat(fixture.logIn()).isEqualTo(LoginStep.unavailable(fixture.provider.issuer() + reason));
    }

    @Test
    void canNotJudgeWithoutTheUserInformation() {
        String user = fixture.provider.issuer() + "/user";
        fixture.userAnswer(500, "{}");
        assertThat(fixture.logIn()).isEqualTo(LoginStep.unavailable(user + " answered 500"));
        fixture.isUser("[1]");
        assertThat(fixture.logIn()).isEqualTo(LoginStep.refused(user + " can not be read: it is not a JSON object"));
        fixture.isUser("[" + "1".repeat(ProviderClient.LARGEST_ANSWER) + "]");
        assertThat(fixture.logIn())
                .isEqualTo(LoginStep.refused(user + " can not be read: its answer is larger than 1048576 bytes"));
        fixture.isUser("{\"id\": 1, \"id\": 2}");
        assertThat(fixture.logIn())
                .isEqualTo(LoginStep.refused(user + " can not be read: a member stands there twice"));
        fixture.userAnswer(403, "{}");
        assertThat(fixture.logIn())
                .isEqualTo(LoginStep.refused(user + " answered 403: the token may not read it; look at scopes"));
        fixture.userAnswer(401, "{}");
        assertThat(fixture.logIn()).isEqualTo(LoginStep.refused("the provider does not take its own token"));
        fixture.provider.close();
        assertThat(fixture.logIn()).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void aTokenThatSomebodyBringsIsNobodys() {
        assertThat(fixture.login().authenticate(new Credential.Bearer(Secret.of("access-1")), OidcFixture.REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(fixture.provider.asked("/user")).isZero();
    }

    @Test
    void looksAgainWithTheTokenOfTheLogin() {
        fixture.with(OAuth2Settings.GROUPS_FROM, "groups");
        fixture.isUser("{\"id\": 7, \"groups\": [\"dev\"]}");
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.isUser("{\"id\": 7, \"groups\": [\"ops\"]}");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(renewed.identity().groups()).containsExactly("hub:ops");
        assertThat(renewed.grant()).isEqualTo(login.grant());
        assertThat(fixture.provider.asked("/token")).isEqualTo(1);
    }

    @Test
    void refreshesATokenThatIsNotTakenAnyMore() {
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.takesOnly("access-2", "{\"id\": 7}");
        fixture.grants("access-2", "refresh-2");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(fixture.tokenRequest())
                .containsOnly(Map.entry("grant_type", "refresh_token"), Map.entry("refresh_token", "refresh-1"));
        assertThat(grant(renewed.grant()))
                .isEqualTo(new OAuth2Grant(Secret.of("access-2"), Optional.of(Secret.of("refresh-2"))));
    }

    @Test
    void keepsARefreshTokenThatIsNotRotated() {
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.takesOnly("access-2", "{\"id\": 7}");
        fixture.grants("access-2", "");
        assertThat(grant(((Renewal.Renewed) renew(login)).grant()).refreshToken())
                .contains(Secret.of("refresh-1"));
    }

    /** The old one may be spent: losing the new one would end the session at the next renewal. */
    @Test
    void losesNoRefreshTokenInAnOutage() {
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.provider.serve(
                "/user",
                exchange -> FakeProvider.send(
                        exchange,
                        exchange.getRequestHeaders().getFirst("Authorization").endsWith("access-1") ? 401 : 500,
                        "{}"));
        fixture.grants("access-2", "refresh-2");
        Renewal.Unavailable later = (Renewal.Unavailable) renew(login);
        assertThat(later.reason()).endsWith("/user answered 500");
        assertThat(grant(later.grant()).refreshToken()).contains(Secret.of("refresh-2"));
    }

    @Test
    void endsWhenTheProviderTakesNothingAnyMore() throws IOException {
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.userAnswer(401, "{}");
        fixture.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the provider does not take the code or the refresh token any more"));
        fixture.tokenAnswer(503, "{}");
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
        fixture.grants("access-1", "");
        fixture.isUser("{\"id\": 7}");
        LoginStep.LoggedIn without = fixture.loggedIn();
        fixture.userAnswer(401, "{}");
        assertThat(renew(without))
                .isEqualTo(Renewal.ended("the provider does not take the token any more, and gave none to refresh it"));
        assertThat(fixture.login().renew(without.identity(), Optional.of(Secret.of("{}"))))
                .isEqualTo(Renewal.ended("the session has nothing to be renewed with"));
    }

    @Test
    void endsWithSomebodyElse() {
        fixture.with(OAuth2Settings.USER_FROM, "login");
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.isUser("{\"id\": 8, \"login\": \"alice\"}");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the token is another account's"));
    }

    @Test
    void endsForWhoeverMayNotLogInAnyMore() {
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false).with(OAuth2Settings.REQUIRED_VALUES, List.of("state=active"));
        fixture.isUser("{\"id\": 7, \"state\": \"active\"}");
        LoginStep.LoggedIn login = fixture.loggedIn();
        fixture.isUser("{\"id\": 7, \"state\": \"blocked\"}");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the required value state is missing or another"));
    }

    @Test
    void triesTheConnection() {
        fixture.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(fixture.login().tryConnection()).isEmpty();
        fixture.tokenAnswer(401, "{\"error\": \"invalid_client\"}");
        assertThat(fixture.login().tryConnection()).contains(fixture.provider.issuer() + "/token says invalid_client");
    }

    @Test
    void tellsNoSecret() {
        String secrets =
                fixture.loggedIn().toString() + grant(fixture.loggedIn().grant());
        assertThat(secrets)
                .doesNotContain("access-1", "refresh-1", URLEncoder.encode("the secret", StandardCharsets.UTF_8));
    }
}
