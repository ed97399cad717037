package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the settings of {@code oauth2} mean. */
class OAuth2AuthenticatorFactoryTest {

    private OAuth2Fixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new OAuth2Fixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void assertProblems(String... problems) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> fixture.login())
                .withMessage("gatehouse.yaml:1:1: " + String.join("\ngatehouse.yaml:1:1: ", problems));
    }

    private String refusal() {
        return ((LoginStep.Refused) fixture.logIn()).reason();
    }

    @Test
    void hasDefaults() {
        assertThat(new OAuth2AuthenticatorFactory().settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly(
                        "authorization-endpoint!",
                        "token-endpoint!",
                        "userinfo-endpoint!",
                        "client-id!",
                        "client-secret=Optional.empty",
                        "client-authentication=Optional[basic]",
                        "scopes=Optional[[]]",
                        "login-parameters=Optional[[]]",
                        "pkce=Optional[true]",
                        "id-from!",
                        "user-from=Optional.empty",
                        "user-prefix=Optional.empty",
                        "groups-from=Optional.empty",
                        "group-prefix=Optional.empty",
                        "allowed-groups=Optional[[]]",
                        "required-values=Optional[[]]",
                        "email-domains=Optional[[]]",
                        "any-account=Optional[false]",
                        "email-from=Optional[email]",
                        "verified-from=Optional.empty",
                        "allow-system=Optional[[]]",
                        "title=Optional.empty",
                        "timeout=Optional[PT3S]",
                        "ca=Optional.empty");
        assertThat(new OAuth2AuthenticatorFactory().mayBlock()).isTrue();
        assertThat(fixture.login().title()).isEqualTo("hub");
        assertThat(fixture.with(OAuth2Settings.TITLE, "The hub").login().title())
                .isEqualTo("The hub");
    }

    @Test
    void readsNamesWhereverTheyStand() {
        fixture.with(OAuth2Settings.ID_FROM, "/data/uuid")
                .with(OAuth2Settings.USER_FROM, "/data/name")
                .with(OAuth2Settings.GROUPS_FROM, "/data/a~1b")
                .with(OAuth2Settings.GROUP_PREFIX, "g:")
                .with(OAuth2Settings.USER_PREFIX, "-");
        fixture.isUser("{\"data\": {\"uuid\": \"{1-2}\", \"name\": \"alice\", \"a/b\": [\"dev\", \"ops\"]}}");
        assertThat(fixture.loggedIn().identity())
                .isEqualTo(Identity.of("alice", "oauth2").withUid("{1-2}").withGroups(List.of("g:dev", "g:ops")));
        fixture.isUser("{\"data\": {\"uuid\": \"{1-2}\", \"name\": \"alice\", \"a/b\": \"dev\"}}");
        assertThat(fixture.loggedIn().identity().groups()).containsExactly("g:dev");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|the member id is missing",
                "{\"id\": null}|the member id is missing",
                "{\"id\": \"\"}|the claim id is empty, longer than 1024, or has a control character or a blank at an end",
                "{\"id\": 1.5}|the claim id is not a text",
                "{\"id\": 1e999999999}|the claim id is not a text",
                "{\"id\": true}|the claim id is not a text",
                "{\"id\": {\"a\": 1}}|the claim id is not a text",
                "{\"id\": \"a\\r\\nImpersonate-Group: b\"}|the claim id is empty, longer than 1024, or has a control character or a blank at an end",
                "{\"id\": 7}|the groups, groups, are missing",
                "{\"id\": 7, \"groups\": [7]}|the claim groups is not a text",
                "{\"id\": 7, \"groups\": [\"a\", \"\"]}|the claim groups is empty, longer than 1024, or has a control character or a blank at an end"
            })
    void refusesWhomItCanNotTell(String person, String reason) {
        fixture.with(OAuth2Settings.GROUPS_FROM, "groups");
        fixture.isUser(person);
        assertThat(refusal()).isEqualTo(reason);
    }

    @Test
    void refusesMoreGroupsThanItTakes() {
        fixture.with(OAuth2Settings.GROUPS_FROM, "groups");
        fixture.isUser("{\"id\": 7, \"groups\": [" + "\"g\",".repeat(1_000) + "\"g\"]}");
        assertThat(refusal()).isEqualTo("more than 1000 groups");
    }

    @Test
    void aClustersOwnNamesAreNobodys() {
        fixture.with(OAuth2Settings.USER_FROM, "login")
                .with(OAuth2Settings.USER_PREFIX, "-")
                .with(OAuth2Settings.GROUPS_FROM, "groups")
                .with(OAuth2Settings.GROUP_PREFIX, "-");
        fixture.isUser("{\"id\": 7, \"login\": \"system:admin\", \"groups\": []}");
        assertThat(refusal()).startsWith("the user name begins with system:");
        fixture.isUser("{\"id\": 7, \"login\": \"a\", \"groups\": [\"system:masters\"]}");
        assertThat(refusal()).startsWith("a group begins with system:");
        fixture.with(OAuth2Settings.ALLOW_SYSTEM, List.of("system:masters"));
        assertThat(fixture.loggedIn().identity().groups()).containsExactly("system:masters");
    }

    @Test
    void letsInWhoIsInAnAllowedGroup() {
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false)
                .with(OAuth2Settings.GROUPS_FROM, "groups")
                .with(OAuth2Settings.ALLOWED_GROUPS, List.of("dev", "ops"));
        fixture.isUser("{\"id\": 7, \"groups\": [\"sales\", \"ops\"]}");
        assertThat(fixture.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        fixture.isUser("{\"id\": 7, \"groups\": [\"Dev\", \"ops2\"]}");
        assertThat(refusal()).isEqualTo("not in one of allowed-groups");
        fixture.isUser("{\"id\": 7, \"groups\": []}");
        assertThat(refusal()).isEqualTo("not in one of allowed-groups");
    }

    @Test
    void letsInWhoHasEveryRequiredValue() {
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false)
                .with(
                        OAuth2Settings.REQUIRED_VALUES,
                        List.of("state=active", "/a/bot=false", "/a/level=3", "roles=dev"));
        fixture.isUser(
                "{\"id\": 7, \"state\": \"active\", \"a\": {\"bot\": false, \"level\": 3}, \"roles\": [\"dev\"]}");
        assertThat(fixture.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        fixture.isUser(
                "{\"id\": 7, \"state\": \"active\", \"a\": {\"bot\": true, \"level\": 3}, \"roles\": [\"dev\"]}");
        assertThat(refusal()).isEqualTo("the required value /a/bot is missing or another");
        fixture.isUser("{\"id\": 7, \"state\": \"active\", \"a\": {\"bot\": false, \"level\": 3}}");
        assertThat(refusal()).isEqualTo("the required value roles is missing or another");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"alice@Example.com\"|true|",
                "\"alice@example.com.evil.test\"|true|the e-mail is not of one of email-domains",
                "\"alice@evil.test@example.com\"|true|the e-mail is not of one of email-domains",
                "\"alice@example.com@evil.test\"|true|the e-mail is not of one of email-domains",
                "\"alice@sub.example.com\"|true|the e-mail is not of one of email-domains",
                "\"example.com\"|true|the e-mail is not of one of email-domains",
                "\"@example.com\"|true|the e-mail is not of one of email-domains",
                "\"alice@example.com\"|false|checked is not true",
                "\"alice@example.com\"|\"true\"|checked is not true",
                "\"alice@example.com\"|null|checked is not true",
                "null|true|the member email is missing",
                "[\"alice@example.com\"]|true|the claim email is not a text"
            })
    void letsInWhoseVerifiedEmailIsOfADomain(String email, String checked, String reason) {
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false)
                .with(OAuth2Settings.EMAIL_DOMAINS, List.of("EXAMPLE.com"))
                .with(OAuth2Settings.VERIFIED_FROM, "checked");
        fixture.isUser("{\"id\": 7, \"email\": " + email + ", \"checked\": " + checked + "}");
        if (reason == null) {
            assertThat(fixture.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
        } else {
            assertThat(refusal()).isEqualTo(reason);
        }
    }

    @Test
    void saysWhatIsWrongWithTheSettings() {
        fixture.with(OAuth2Settings.AUTHORIZATION_ENDPOINT, "hub")
                .with(OAuth2Settings.TOKEN_ENDPOINT, "http://hub.example.com/token")
                .with(OAuth2Settings.USERINFO_ENDPOINT, "https://a:b@hub.example.com/")
                .with(OAuth2Settings.CLIENT_ID, " ")
                .with(OAuth2Settings.SCOPES, List.of("a b"))
                .with(OAuth2Settings.LOGIN_PARAMETERS, List.of("state=1"))
                .with(OAuth2Settings.TIMEOUT, Duration.ofSeconds(4))
                .with(OAuth2Settings.ID_FROM, "/a~2")
                .with(OAuth2Settings.USER_FROM, "");
        assertProblems(
                "timeout: expected 1ms to 3s",
                "client-id: expected what the provider calls Gatehouse",
                "scopes: expected scopes without a blank",
                "login-parameters: expected name=value of one that the flow itself does not set",
                "authorization-endpoint: expected https://host/path; http:// only on this machine",
                "token-endpoint: expected https://host/path; http:// only on this machine",
                "userinfo-endpoint: expected https://host/path; http:// only on this machine",
                "id-from: in a pointer, ~ is written ~0 and / is written ~1",
                "user-from: expected the name of a claim, or a pointer such as /a/b");
    }

    @Test
    void saysWhoMayLogInIsMissing() {
        String who = "write who may log in: allowed-groups, required-values or email-domains;"
                + " or any-account: true, and none";
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false);
        assertProblems(who);
        fixture.with(OAuth2Settings.ANY_ACCOUNT, true).with(OAuth2Settings.ALLOWED_GROUPS, List.of("dev"));
        assertProblems(who, "allowed-groups: needs groups-from");
        fixture.with(OAuth2Settings.ANY_ACCOUNT, false)
                .with(OAuth2Settings.EMAIL_DOMAINS, List.of("@example.com"))
                .with(OAuth2Settings.REQUIRED_VALUES, List.of("active"));
        assertProblems(
                "required-values: expected member=value, not \"active\"",
                "allowed-groups: needs groups-from",
                "email-domains: needs verified-from: an address that nobody has verified is anybody's",
                "email-domains: expected domains such as example.com");
    }

    @Test
    void aClientWithoutASecretNeedsPkce() throws IOException {
        assertThat(fixture.with(OAuth2Settings.CLIENT_SECRET, Secret.of("x"))
                        .with(OAuth2Settings.PKCE, false)
                        .login())
                .isNotNull();
        try (OAuth2Fixture publicClient = OAuth2Fixture.withoutSecret()) {
            assertThat(publicClient.logIn()).isInstanceOf(LoginStep.LoggedIn.class);
            assertThat(publicClient.tokenRequest())
                    .containsEntry("client_id", "gate house")
                    .doesNotContainKey("client_secret");
            assertThat(publicClient.tokenAuthorization()).isEmpty();
            publicClient.with(OAuth2Settings.PKCE, false);
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(publicClient::login)
                    .withMessage("gatehouse.yaml:1:1: pkce: a client without a secret needs it");
        }
    }
}
