package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login in a browser, from the first redirect to the identity. */
class LoginTest {

    private LoginFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new LoginFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void sendsTheBrowserToTheIssuer() {
        LoginStep.Redirect step = fixture.begin("attempt-1");
        assertThat(step.to().toString()).startsWith(fixture.provider().issuer() + "/authorize?");
        Map<String, String> query = LoginFixture.query(step.to());
        assertThat(query)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "gatehouse")
                .containsEntry("redirect_uri", LoginFixture.CALLBACK.toString())
                .containsEntry("scope", "openid profile email")
                .containsEntry("state", "attempt-1")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("nonce", step.keep().get("nonce"))
                .containsEntry("code_challenge", LoginFixture.sha256(step.keep().get("verifier")));
        assertThat(query).doesNotContainValue(step.keep().get("verifier"));
        assertThat(step.keep()).containsOnlyKeys("nonce", "verifier");
        assertThat(step.keep().get("nonce")).hasSizeGreaterThanOrEqualTo(43);
        assertThat(step.keep().get("verifier")).hasSizeGreaterThanOrEqualTo(43);
    }

    @Test
    void guessesNothingTwice() {
        Set<String> values = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            values.addAll(fixture.begin("attempt").keep().values());
        }
        assertThat(values).hasSize(200);
    }

    @Test
    void sendsAlongWhatIsWritten() {
        fixture.with(OidcSettings.SCOPES, List.of("openid", "groups", "offline_access"))
                .with(OidcSettings.LOGIN_PARAMETERS, List.of("prompt=consent", "hd=a=b"));
        assertThat(LoginFixture.query(fixture.begin("attempt").to()))
                .containsEntry("scope", "openid groups offline_access")
                .containsEntry("prompt", "consent")
                .containsEntry("hd", "a=b");
    }

    @Test
    void logsIn() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun).claim("groups", "[\"dev\"]").claim("sid", "\"s1\""), "refresh-1");
        LoginStep.LoggedIn step = (LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "the code"));
        assertThat(step.identity().user()).isEqualTo("alice");
        assertThat(step.identity().groups()).containsExactly("dev");
        assertThat(step.identity().expires()).as("the session is renewed").isEmpty();
        assertThat(step.session()).contains(new ProviderSession("alice", Optional.of("s1")));
        Grant grant = Grant.of(step.grant().orElseThrow()).orElseThrow();
        assertThat(grant.refreshToken()).contains(Secret.of("refresh-1"));
        assertThat(fixture.tokenRequest())
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("code", "the code")
                .containsEntry("redirect_uri", LoginFixture.CALLBACK.toString())
                .containsEntry("code_verifier", begun.keep().get("verifier"));
        assertThat(fixture.tokenAuthorization()).startsWith("Basic ");
        assertThat(fixture.tokenRequest()).doesNotContainKeys("client_secret", "client_id");
    }

    @Test
    void provesItselfAsTheIssuerWants() {
        fixture.provider()
                .serve(
                        FakeProvider.DISCOVERY,
                        fixture.provider()
                                .discovery(
                                        ", \"token_endpoint_auth_methods_supported\": [\"private_key_jwt\", \"client_secret_post\"]"));
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun), "refresh");
        assertThat(fixture.callback(begun, Map.of("code", "c"))).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(fixture.tokenRequest())
                .containsEntry("client_id", "gatehouse")
                .containsEntry("client_secret", "the secret");
        assertThat(fixture.tokenAuthorization()).isEmpty();
    }

    @Test
    void isAPublicClientWithoutASecret() throws IOException {
        try (LoginFixture publicClient = LoginFixture.withoutSecret()) {
            LoginStep.Redirect begun = publicClient.begin("attempt");
            publicClient.grants(publicClient.idToken(begun), "refresh");
            assertThat(publicClient.callback(begun, Map.of("code", "c"))).isInstanceOf(LoginStep.LoggedIn.class);
            assertThat(publicClient.tokenRequest())
                    .containsEntry("client_id", "gatehouse")
                    .doesNotContainKey("client_secret");
            assertThat(publicClient.tokenAuthorization()).isEmpty();
        }
    }

    @Test
    void saysThatItCanNotProveItself() {
        fixture.provider()
                .serve(
                        FakeProvider.DISCOVERY,
                        fixture.provider()
                                .discovery(", \"token_endpoint_auth_methods_supported\": [\"private_key_jwt\"]"));
        assertThat(fixture.step("attempt"))
                .isEqualTo(LoginStep.unavailable(
                        fixture.provider().issuer() + " takes neither client_secret_basic nor client_secret_post"));
    }

    /** Each has its own state, nonce and verifier, whichever ends first. */
    @Test
    void logsInInTwoTabsAtOnce() {
        LoginStep.Redirect one = fixture.begin("one");
        LoginStep.Redirect two = fixture.begin("two");
        fixture.grants(fixture.idToken(two), "refresh-2");
        assertThat(fixture.callback(two, Map.of("code", "2"))).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(fixture.tokenRequest())
                .containsEntry("code_verifier", two.keep().get("verifier"));
        fixture.grants(fixture.idToken(one), "refresh-1");
        assertThat(fixture.callback(one, Map.of("code", "1"))).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(fixture.tokenRequest())
                .containsEntry("code_verifier", one.keep().get("verifier"));
    }

    /** A code that was meant for another browser, or another attempt. */
    @Test
    void refusesAnotherAttemptsAnswer() {
        LoginStep.Redirect victim = fixture.begin("victim");
        LoginStep.Redirect attacker = fixture.begin("attacker");
        fixture.grants(fixture.idToken(victim), "refresh");
        assertThat(fixture.refusal(attacker, Map.of("code", "the victim's")))
                .isEqualTo("the ID token is another login's (nonce)");
        assertThat(fixture.refusal(attacker, Map.of("code", "c", "state", "victim")))
                .startsWith("the issuer's answer does not hold");
        fixture.grants(fixture.idToken(attacker).without("nonce"), "refresh");
        assertThat(fixture.refusal(attacker, Map.of("code", "c"))).isEqualTo("the ID token is another login's (nonce)");
    }

    @Test
    void refusesAnAnswerThatNobodyAskedFor() {
        assertThat(fixture.step("attempt", Map.of("code", List.of("c"), "state", List.of("attempt")), Map.of()))
                .isEqualTo(LoginStep.refused("the login was not begun here"));
        assertThat(fixture.provider().asked("/token")).isZero();
    }

    @Test
    void refusesACodeThatTheIssuerDoesNotTake() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.tokenAnswer(400, "{\"error\":\"invalid_grant\"}");
        assertThat(fixture.refusal(begun, Map.of("code", "used")))
                .isEqualTo("the issuer does not take the code or the refresh token any more");
    }

    /** Mix-up: another issuer's answer must not bring its code to this one. */
    @Test
    void refusesAnotherIssuersAnswer() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        assertThat(fixture.refusal(begun, Map.of("code", "c", "iss", "https://evil.example")))
                .isEqualTo("the answer at the callback is another issuer's (iss)");
        assertThat(fixture.provider().asked("/token")).isZero();
    }

    @Test
    void needsTheNameOfAnIssuerThatSaysItAlways() {
        fixture.provider()
                .serve(
                        FakeProvider.DISCOVERY,
                        fixture.provider().discovery(", \"authorization_response_iss_parameter_supported\": true"));
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).startsWith("the issuer's answer does not hold");
        assertThat(fixture.provider().asked("/token")).isZero();
        assertThat(fixture.callback(
                        begun, Map.of("code", "c", "iss", fixture.provider().issuer())))
                .isInstanceOf(LoginStep.LoggedIn.class);
    }

    @Test
    void tellsWhatTheIssuerSays() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        assertThat(fixture.refusal(begun, Map.of("error", "access_denied", "error_description", "x\r\ny")))
                .isEqualTo("the issuer says access_denied");
        assertThat(fixture.refusal(begun, Map.of("error", "<script>"))).isEqualTo("the issuer says an error");
    }

    /** pac4j would take the first for a logout without a check, and tokens from the front channel. */
    @Test
    void takesNothingButACode() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        assertThat(fixture.refusal(begun, Map.of("sid", "somebody's"))).startsWith("the issuer's answer does not hold");
        assertThat(fixture.refusal(begun, Map.of("logout_token", "a.b.c")))
                .startsWith("the issuer's answer does not hold");
        String token = fixture.idToken(begun).signed();
        assertThat(fixture.refusal(begun, Map.of("id_token", token, "access_token", "a", "token_type", "Bearer")))
                .startsWith("the issuer's answer does not hold");
        assertThat(fixture.provider().asked("/token")).isZero();
    }

    @Test
    void refusesAParameterThatIsThereTwice() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        Map<String, List<String>> query = Map.of("code", List.of("a", "b"), "state", List.of("attempt"));
        assertThat(fixture.step("attempt", query, begun.keep())).isInstanceOf(LoginStep.Refused.class);
        query = Map.of("code", List.of("a"), "iss", List.of(fixture.provider().issuer(), "https://evil"));
        assertThat(fixture.step("attempt", query, begun.keep()))
                .isEqualTo(LoginStep.refused("the answer at the callback is another issuer's (iss)"));
    }

    @Test
    void judgesAnIdTokenAsEveryOther() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        TestToken token = fixture.idToken(begun);
        fixture.answerTokens(token.signedBy(TestToken.OTHER_RSA), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).isEqualTo("the signature is wrong");
        fixture.answerTokens(token.unsigned() + ".", "refresh");
        assertThat(fixture.callback(begun, Map.of("code", "c"))).isInstanceOf(LoginStep.Refused.class);
        fixture.grants(fixture.idToken(begun).claim("exp", "1"), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).startsWith("the token has expired");
        fixture.grants(fixture.idToken(begun).header("typ", "\"at+jwt\""), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).contains("(typ)");
        fixture.grants(fixture.idToken(begun).claim("iss", "\"https://other\""), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c")))
                .isEqualTo("the ID token is not a readable one of this issuer");
        fixture.grants(fixture.idToken(begun).claim("groups", "[\"system:masters\"]"), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).contains("system:");
    }

    /** What others bring may be for other audiences; a login is for us. */
    @Test
    void takesAnIdTokenForItselfOnly() {
        fixture.with(OidcSettings.AUDIENCES, List.of("gatehouse", "kubectl"));
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun).claim("aud", "\"kubectl\""), "refresh");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).isEqualTo("the token is for another audience (aud)");
    }

    @Test
    void needsAnIdToken() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.tokenAnswer(200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).isEqualTo("the issuer gave no ID token");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 302})
    void tellsAnOutageFromARefusal(int status) {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.tokenAnswer(status, "{}");
        assertThat(fixture.callback(begun, Map.of("code", "c")))
                .isEqualTo(LoginStep.unavailable(fixture.provider().issuer() + "/token answered " + status));
    }

    @Test
    void isUnavailableWithItsIssuer() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.provider().close();
        assertThat(fixture.callback(begun, Map.of("code", "c"))).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void tellsAWrongSecretFromARefusal() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.tokenAnswer(401, "{\"error\":\"invalid_client\"}");
        assertThat(fixture.callback(begun, Map.of("code", "c")))
                .isEqualTo(LoginStep.unavailable("the issuer's token endpoint says invalid_client"));
    }

    @Test
    void waitsForNobodyForEver() {
        fixture.with(OidcSettings.TIMEOUT, Duration.ofSeconds(2));
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.provider().hang("/token");
        assertThat(fixture.callback(begun, Map.of("code", "c")))
                .isEqualTo(LoginStep.unavailable(fixture.provider().issuer() + "/token did not answer within 2000 ms"));
        fixture.provider().serve("/token", FakeProvider::sendWithoutEnd);
        assertThat(((LoginStep.Unavailable) fixture.callback(begun, Map.of("code", "c"))).reason())
                .endsWith("larger than 1048576 bytes");
    }

    @Test
    void readsGroupsFromTheUserInformation() {
        fixture.with(OidcSettings.GROUPS_FROM, "userinfo");
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun).claim("groups", "[\"token\"]"), "refresh");
        fixture.provider().serve("/userinfo", "{\"sub\":\"alice\",\"groups\":[\"dev\"]}");
        assertThat(((LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "c"))).identity())
                .extracting(Identity::user, Identity::groups)
                .containsExactly("alice", List.of("dev"));
        fixture.provider().serve("/userinfo", "{\"sub\":\"bob\",\"groups\":[\"admins\"]}");
        assertThat(fixture.refusal(begun, Map.of("code", "c")))
                .isEqualTo("the user information is about somebody else (sub)");
        fixture.provider().serve("/userinfo", "<html>");
        assertThat(fixture.refusal(begun, Map.of("code", "c"))).endsWith("/userinfo can not be read: it is not JSON");
        fixture.provider().serve("/userinfo", FakeProvider::sendWithoutEnd);
        assertThat(fixture.refusal(begun, Map.of("code", "c")))
                .endsWith("/userinfo can not be read: its answer is larger than 1048576 bytes");
    }

    @Test
    void endsWithoutARefreshTokenWhenItIsTime() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun), "");
        LoginStep.LoggedIn step = (LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "c"));
        assertThat(step.identity().expires()).contains(fixture.clock().instant().plus(Duration.ofHours(1)));
    }

    @Test
    void logsOutAtTheIssuer() {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun), "refresh");
        LoginStep.LoggedIn step = (LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "c"));
        URI to = fixture.login()
                .logout(step.grant(), URI.create("https://gate.example.com/gatehouse/"))
                .orElseThrow();
        assertThat(to.toString()).startsWith(fixture.provider().issuer() + "/logout?");
        assertThat(LoginFixture.query(to))
                .containsEntry("client_id", "gatehouse")
                .containsEntry("post_logout_redirect_uri", "https://gate.example.com/gatehouse/")
                .containsEntry(
                        "id_token_hint",
                        Grant.of(step.grant().orElseThrow()).orElseThrow().idToken());
    }

    @Test
    void isCalledAsItIsWritten() {
        assertThat(fixture.login().title()).as("the entry's name").isEqualTo("test");
        assertThat(fixture.bearer().with(OidcSettings.TITLE, "Corp").anew().title())
                .isEqualTo("Corp");
    }
}
