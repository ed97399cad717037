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

    private OAuth2Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new OAuth2Bench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Renewal renew(LoginStep.LoggedIn login) {
        return bench.login().renew(login.identity(), login.grant());
    }

    private static OAuth2Grant grant(Optional<Secret> secret) {
        return OAuth2Grant.of(secret.orElseThrow()).orElseThrow();
    }

    @Test
    void sendsTheBrowserToTheProvider() {
        bench.with(OAuth2Settings.SCOPES, List.of("read_user", "email"))
                .with(OAuth2Settings.LOGIN_PARAMETERS, List.of("prompt=consent"));
        LoginStep.Redirect step = bench.begin();
        assertThat(step.to().toString()).startsWith(bench.provider.issuer() + "/authorize?");
        assertThat(LoginBench.query(step.to()))
                .containsOnly(
                        Map.entry("response_type", "code"),
                        Map.entry("client_id", "gate house"),
                        Map.entry("redirect_uri", LoginBench.CALLBACK.toString()),
                        Map.entry("scope", "read_user email"),
                        Map.entry("state", "attempt"),
                        Map.entry("prompt", "consent"),
                        Map.entry("code_challenge_method", "S256"),
                        Map.entry(
                                "code_challenge", LoginBench.sha256(step.keep().get("verifier"))));
        assertThat(step.keep().get("verifier")).hasSize(43);
    }

    @Test
    void guessesNothingTwice() {
        Set<String> verifiers = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            verifiers.add(bench.begin().keep().get("verifier"));
        }
        assertThat(verifiers).hasSize(100);
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        bench.with(OAuth2Settings.PKCE, false)
                .with(OAuth2Settings.AUTHORIZATION_ENDPOINT, bench.provider.issuer() + "/authorize?tenant=a");
        assertThat(LoginBench.query(bench.begin().to()))
                .containsEntry("tenant", "a")
                .doesNotContainKeys("scope", "code_challenge", "code_challenge_method");
        assertThat(bench.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(bench.tokenRequest()).doesNotContainKey("code_verifier");
    }

    @Test
    void logsIn() {
        LoginStep.Redirect begun = bench.begin();
        LoginStep.LoggedIn step = (LoginStep.LoggedIn) bench.callback(begun, Map.of("code", "the code"));
        assertThat(step.identity()).isEqualTo(Identity.of("hub:7", "oauth2").withUid("7"));
        assertThat(grant(step.grant()))
                .isEqualTo(new OAuth2Grant(Secret.of("access-1"), Optional.of(Secret.of("refresh-1"))));
        assertThat(bench.tokenRequest())
                .containsOnly(
                        Map.entry("grant_type", "authorization_code"),
                        Map.entry("code", "the code"),
                        Map.entry("redirect_uri", LoginBench.CALLBACK.toString()),
                        Map.entry("code_verifier", begun.keep().get("verifier")));
        String pair = Base64.getEncoder().encodeToString("gate+house:the+secret".getBytes(StandardCharsets.US_ASCII));
        assertThat(bench.tokenAuthorization()).isEqualTo("Basic " + pair);
        assertThat(bench.userInfoAuthorization()).isEqualTo("Bearer access-1");
    }

    @Test
    void sendsTheSecretInTheForm() {
        bench.with(OAuth2Settings.CLIENT_AUTHENTICATION, "post");
        assertThat(bench.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(bench.tokenRequest())
                .containsEntry("client_id", "gate house")
                .containsEntry("client_secret", "the secret");
        assertThat(bench.tokenAuthorization()).isEmpty();
    }

    @Test
    void readsAnAnswerThatIsAForm() {
        bench.provider.serve("/token", exchange -> {
            byte[] body = "access_token=a%2B1&token_type=Bearer&scope=".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
        assertThat(grant(bench.loggedIn().grant())).isEqualTo(new OAuth2Grant(Secret.of("a+1"), Optional.empty()));
    }

    @Test
    void takesNoAnswerOfAnotherLogin() {
        LoginStep refused = LoginStep.refused("the login was not begun here");
        assertThat(bench.step(Map.of("code", List.of("c"), "state", List.of("attempt")), Map.of()))
                .isEqualTo(refused);
        Map<String, String> kept = bench.begin().keep();
        assertThat(bench.step(Map.of("code", List.of("c"), "state", List.of("other")), kept))
                .isEqualTo(refused);
        assertThat(bench.step(Map.of("code", List.of("c")), kept)).isEqualTo(refused);
        assertThat(bench.provider.asked("/token")).isZero();
    }

    @Test
    void saysWhatTheProviderSays() {
        LoginStep.Redirect begun = bench.begin();
        assertThat(bench.callback(begun, Map.of("error", "access_denied")))
                .isEqualTo(LoginStep.refused("the provider says access_denied"));
        assertThat(bench.callback(begun, Map.of("error", "<b>", "code", "c")))
                .isEqualTo(LoginStep.refused("the provider says an error"));
        assertThat(bench.callback(begun, Map.of()))
                .isEqualTo(LoginStep.refused("the answer at the callback has no code"));
        bench.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(bench.logIn())
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
        bench.tokenAnswer(status, body);
        assertThat(bench.logIn()).isEqualTo(LoginStep.unavailable(bench.provider.issuer() + reason));
    }

    @Test
    void canNotJudgeWithoutTheUserInformation() {
        String user = bench.provider.issuer() + "/user";
        bench.userAnswer(500, "{}");
        assertThat(bench.logIn()).isEqualTo(LoginStep.unavailable(user + " answered 500"));
        bench.isUser("[1]");
        assertThat(bench.logIn()).isEqualTo(LoginStep.refused(user + " can not be read: it is not a JSON object"));
        bench.isUser("[" + "1".repeat(ProviderClient.LARGEST_ANSWER) + "]");
        assertThat(bench.logIn())
                .isEqualTo(LoginStep.refused(user + " can not be read: its answer is larger than 1048576 bytes"));
        bench.isUser("{\"id\": 1, \"id\": 2}");
        assertThat(bench.logIn()).isEqualTo(LoginStep.refused(user + " can not be read: a member stands there twice"));
        bench.userAnswer(403, "{}");
        assertThat(bench.logIn())
                .isEqualTo(LoginStep.refused(user + " answered 403: the token may not read it; look at scopes"));
        bench.userAnswer(401, "{}");
        assertThat(bench.logIn()).isEqualTo(LoginStep.refused("the provider does not take its own token"));
        bench.provider.close();
        assertThat(bench.logIn()).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void aTokenThatSomebodyBringsIsNobodys() {
        assertThat(bench.login().authenticate(new Credential.Bearer(Secret.of("access-1")), Bench.REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(bench.provider.asked("/user")).isZero();
    }

    @Test
    void looksAgainWithTheTokenOfTheLogin() {
        bench.with(OAuth2Settings.GROUPS_FROM, "groups");
        bench.isUser("{\"id\": 7, \"groups\": [\"dev\"]}");
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.isUser("{\"id\": 7, \"groups\": [\"ops\"]}");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(renewed.identity().groups()).containsExactly("hub:ops");
        assertThat(renewed.grant()).isEqualTo(login.grant());
        assertThat(bench.provider.asked("/token")).isEqualTo(1);
    }

    @Test
    void refreshesATokenThatIsNotTakenAnyMore() {
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.takesOnly("access-2", "{\"id\": 7}");
        bench.grants("access-2", "refresh-2");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(bench.tokenRequest())
                .containsOnly(Map.entry("grant_type", "refresh_token"), Map.entry("refresh_token", "refresh-1"));
        assertThat(grant(renewed.grant()))
                .isEqualTo(new OAuth2Grant(Secret.of("access-2"), Optional.of(Secret.of("refresh-2"))));
    }

    @Test
    void keepsARefreshTokenThatIsNotRotated() {
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.takesOnly("access-2", "{\"id\": 7}");
        bench.grants("access-2", "");
        assertThat(grant(((Renewal.Renewed) renew(login)).grant()).refreshToken())
                .contains(Secret.of("refresh-1"));
    }

    /** The old one may be spent: losing the new one would end the session at the next renewal. */
    @Test
    void losesNoRefreshTokenInAnOutage() {
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.provider.serve(
                "/user",
                exchange -> FakeProvider.send(
                        exchange,
                        exchange.getRequestHeaders().getFirst("Authorization").endsWith("access-1") ? 401 : 500,
                        "{}"));
        bench.grants("access-2", "refresh-2");
        Renewal.Unavailable later = (Renewal.Unavailable) renew(login);
        assertThat(later.reason()).endsWith("/user answered 500");
        assertThat(grant(later.grant()).refreshToken()).contains(Secret.of("refresh-2"));
    }

    @Test
    void endsWhenTheProviderTakesNothingAnyMore() throws IOException {
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.userAnswer(401, "{}");
        bench.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the provider does not take the code or the refresh token any more"));
        bench.tokenAnswer(503, "{}");
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
        bench.grants("access-1", "");
        bench.isUser("{\"id\": 7}");
        LoginStep.LoggedIn without = bench.loggedIn();
        bench.userAnswer(401, "{}");
        assertThat(renew(without))
                .isEqualTo(Renewal.ended("the provider does not take the token any more, and gave none to refresh it"));
        assertThat(bench.login().renew(without.identity(), Optional.of(Secret.of("{}"))))
                .isEqualTo(Renewal.ended("the session has nothing to be renewed with"));
    }

    @Test
    void endsWithSomebodyElse() {
        bench.with(OAuth2Settings.USER_FROM, "login");
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.isUser("{\"id\": 8, \"login\": \"alice\"}");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the token is another account's"));
    }

    @Test
    void endsForWhoeverMayNotLogInAnyMore() {
        bench.with(OAuth2Settings.ANY_ACCOUNT, false).with(OAuth2Settings.REQUIRED_VALUES, List.of("state=active"));
        bench.isUser("{\"id\": 7, \"state\": \"active\"}");
        LoginStep.LoggedIn login = bench.loggedIn();
        bench.isUser("{\"id\": 7, \"state\": \"blocked\"}");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the required value state is missing or another"));
    }

    @Test
    void triesTheConnection() {
        bench.tokenAnswer(400, "{\"error\": \"invalid_grant\"}");
        assertThat(bench.login().tryConnection()).isEmpty();
        bench.tokenAnswer(401, "{\"error\": \"invalid_client\"}");
        assertThat(bench.login().tryConnection()).contains(bench.provider.issuer() + "/token says invalid_client");
    }

    @Test
    void tellsNoSecret() {
        String secrets = bench.loggedIn().toString() + grant(bench.loggedIn().grant());
        assertThat(secrets)
                .doesNotContain("access-1", "refresh-1", URLEncoder.encode("the secret", StandardCharsets.UTF_8));
    }
}
