package io.gatehouse.plugin.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoginTest extends GitHubTesting {

    private static final Identity OCTOCAT =
            Identity.of("Octocat", "github").withUid("583231").withGroups(List.of("acme"));

    @Test
    void goesToGitHubWithTheAttemptAsStateAndAChallenge() {
        LoginStep.Redirect step = begin(create());
        assertThat(step.to().toString()).startsWith(github.url() + "/login/oauth/authorize?");
        assertThat(FakeGitHub.form(step.to().getRawQuery()))
                .containsEntry("client_id", FakeGitHub.CLIENT_ID)
                .containsEntry("redirect_uri", FakeGitHub.CALLBACK)
                .containsEntry("scope", "read:org")
                .containsEntry("state", "attempt-that-nobody-can-guess")
                .containsEntry("code_challenge_method", "S256");
        assertThat(step.keep()).containsOnlyKeys("verifier");
        assertThat(step.to().toString()).doesNotContain(step.keep().get("verifier"));
        assertThat(begin(create()).keep()).isNotEqualTo(step.keep());
        assertThat(github.asked).as("asked of GitHub").isEmpty();
    }

    @Test
    void comesBackAsTheAccount() {
        LoginStep step = login(create());
        assertThat(step)
                .isEqualTo(new LoginStep.LoggedIn(OCTOCAT, Optional.of(Secret.of("gho_ofthelogin")), Optional.empty()));
    }

    @Test
    void namesTheUserByLoginOrNumber() {
        GitHubAuthenticator byId = create(settings()
                .with(GitHubSettings.USER_FROM, "id")
                .with(GitHubSettings.USER_PREFIX, "gh:")
                .with(GitHubSettings.GROUP_PREFIX, "g:"));
        github.user = "{\"id\": 583231, \"login\": \"renamed\", \"type\": \"User\"}";
        assertThat(identity(login(byId)))
                .isEqualTo(Identity.of("gh:583231", "github").withUid("583231").withGroups(List.of("g:acme")));
        assertThat(identity(login(create())).uid()).isEqualTo(OCTOCAT.uid());
    }

    @Test
    void takesTheTokenAsAForm() {
        github.tokenType = "application/x-www-form-urlencoded; charset=utf-8";
        github.tokenAnswer = "access_token=gho_ofthelogin&scope=read%3Aorg&token_type=bearer";
        assertThat(identity(login(create()))).isEqualTo(OCTOCAT);
    }

    @Test
    void refusesACodeOfAnotherAttempt() {
        GitHubAuthenticator authenticator = create();
        String others = github.allow(begin(authenticator).to());
        assertThat(comeBack(authenticator, begin(authenticator).keep(), others))
                .isEqualTo(LoginStep.refused("GitHub does not take the code (bad_verification_code)"));
        assertThat(comeBack(authenticator, begin(authenticator).keep(), "made up"))
                .isEqualTo(LoginStep.refused("GitHub does not take the code (bad_verification_code)"));
    }

    /** What is no encoding is a code like any other: it was decoded when it came. */
    @ParameterizedTest
    @ValueSource(strings = {"%zz", "%", "a+b%41", ""})
    void asksGitHubAboutAnyCode(String code) {
        GitHubAuthenticator authenticator = create();
        assertThat(comeBack(authenticator, begin(authenticator).keep(), code)).isInstanceOf(LoginStep.Refused.class);
    }

    @Test
    void takesACodeOnce() {
        GitHubAuthenticator authenticator = create();
        LoginStep.Redirect step = begin(authenticator);
        String code = github.allow(step.to());
        assertThat(comeBack(authenticator, step.keep(), code)).isInstanceOf(LoginStep.LoggedIn.class);
        assertThat(comeBack(authenticator, step.keep(), code)).isInstanceOf(LoginStep.Refused.class);
    }

    @Test
    void asksForNothingWithoutACodeOfThisAttempt() {
        GitHubAuthenticator authenticator = create();
        Map<String, String> kept = begin(authenticator).keep();
        List<Map<String, List<String>>> answers = List.of(
                Map.of("code", List.of("a"), "state", List.of("another")),
                Map.of("code", List.of("a")),
                Map.of("state", List.of("attempt-that-nobody-can-guess")),
                Map.of("code", List.of("a", "b"), "state", List.of("attempt-that-nobody-can-guess")));
        for (Map<String, List<String>> answer : answers) {
            assertThat(authenticator.login(request(answer, kept))).isInstanceOf(LoginStep.Refused.class);
        }
        assertThat(authenticator.login(request(
                        Map.of("code", List.of("a"), "state", List.of("attempt-that-nobody-can-guess")), Map.of())))
                .as("without the verifier")
                .isInstanceOf(LoginStep.Refused.class);
        assertThat(authenticator.login(request(Map.of("error", List.of("access_denied\n<b>")), kept)))
                .isEqualTo(LoginStep.refused("GitHub says at the callback: access_denied??b?"));
        assertThat(github.asked).isEmpty();
    }

    @Test
    void tellsAWrongSecretFromAWrongCode() {
        assertThat(login(create(GitHubSettings.CLIENT_SECRET, Secret.of("old"))))
                .isEqualTo(LoginStep.unavailable(
                        github.url() + "/login/oauth/access_token says incorrect_client_credentials"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"access_token\": \"\", \"token_type\": \"bearer\"}",
                "{\"access_token\": \"a b\", \"token_type\": \"bearer\"}",
                "{\"access_token\": \"gho_ofthelogin\"}",
                "{\"access_token\": \"gho_ofthelogin\", \"token_type\": \"mac\"}",
                "{\"access_token\": \"gho_ofthelogin\", \"token_type\": \"bearer\", \"error\": \"x\"}"
            })
    void takesNothingElseForAToken(String answer) {
        github.tokenAnswer = answer;
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
    }

    @ParameterizedTest
    @CsvSource({"302", "400", "404", "500", "503"})
    void canNotTellWhenTheTokenEndpointFails(int status) {
        github.instead.put("/login/oauth/access_token", exchange -> {
            exchange.getResponseHeaders().set("Location", github.url() + "/elsewhere");
            FakeGitHub.answer(exchange, status, "application/json", github.tokenAnswer);
        });
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
        assertThat(github.asked).as("no redirect is followed").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "user", "repo, user:email", "read:orgs", "public_repo,read:user"})
    void refusesATokenWithoutTheScope(String scopes) {
        github.scopes = scopes;
        assertThat(login(create()))
                .isInstanceOfSatisfying(
                        LoginStep.Refused.class,
                        refused -> assertThat(refused.reason())
                                .startsWith("the token does not have the scope read:org (X-OAuth-Scopes:"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin:org", "write:org", "user,read:org"})
    void takesMoreThanTheScope(String scopes) {
        github.scopes = scopes;
        assertThat(login(create())).isInstanceOf(LoginStep.LoggedIn.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"message\": \"Server Error\"}",
                "{\"id\": \"583231\", \"login\": \"a\", \"type\": \"User\"}",
                "{\"id\": 0, \"login\": \"a\", \"type\": \"User\"}",
                "{\"id\": 1.5, \"login\": \"a\", \"type\": \"User\"}",
                "{\"id\": 1, \"login\": \"\", \"type\": \"User\"}",
                "{\"id\": 1, \"login\": \"a:b\", \"type\": \"User\"}",
                "{\"id\": 1, \"login\": \"a\\nb\", \"type\": \"User\"}",
                "{\"id\": 1, \"login\": \"a\", \"type\": \"User\"} {}"
            })
    void takesNothingElseForAnAccount(String user) {
        github.user = user;
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void refusesWhatIsNotAPerson() {
        github.user = "{\"id\": 1, \"login\": \"a[bot]\", \"type\": \"Bot\"}";
        assertThat(login(create())).isEqualTo(LoginStep.refused("the account is not a person's"));
    }

    @Test
    void knowsBeforeALoginWhetherTheClientIsKnown() {
        assertThat(create().tryConnection()).isEmpty();
        assertThat(create(GitHubSettings.CLIENT_ID, "other").tryConnection())
                .contains(github.url() + "/login/oauth/access_token says incorrect_client_credentials");
        GitHubAuthenticator authenticator = create();
        github.close();
        assertThat(authenticator.tryConnection())
                .hasValueSatisfying(trouble -> assertThat(trouble).contains("can not be asked"));
    }

    @Test
    void namesItsOwnCallback() {
        GitHubAuthenticator authenticator = create();
        LoginStep.Redirect step = begin(authenticator);
        github.instead.put(
                "/login/oauth/access_token", FakeGitHub.answer(200, "{\"error\": \"redirect_uri_mismatch\"}"));
        assertThat(comeBack(authenticator, step.keep(), github.allow(step.to())))
                .isEqualTo(
                        LoginStep.unavailable(github.url() + "/login/oauth/access_token says redirect_uri_mismatch"));
    }

    @Test
    void logsOutNowhere() {
        assertThat(create().logout(Optional.empty(), null)).isEmpty();
    }
}
