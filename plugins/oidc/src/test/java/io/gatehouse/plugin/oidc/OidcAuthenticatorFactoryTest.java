package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OidcAuthenticatorFactoryTest {

    private final OidcAuthenticatorFactory factory = new OidcAuthenticatorFactory();

    private TestSettings settings() {
        return TestSettings.of(factory)
                .with(OidcSettings.ISSUER, "https://login.example.com/realm")
                .with(OidcSettings.CLIENT_ID, "gatehouse");
    }

    private String problem(TestSettings settings) {
        ConfigurationException[] thrown = new ConfigurationException[1];
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> factory.create(
                        settings, TestContext.in(Path.of("unused")).onlyChecked()))
                .satisfies(e -> thrown[0] = e);
        return thrown[0].getMessage();
    }

    @Test
    void isCalledOidcAndDoesNotBlock() {
        assertThat(factory.name()).isEqualTo("oidc");
        assertThat(factory.mayBlock()).isFalse();
    }

    @Test
    void needsLittle() {
        try (Authenticator made =
                factory.create(settings(), TestContext.in(Path.of("unused")).onlyChecked())) {
            assertThat(made.challenge()).contains("Bearer");
        }
    }

    /** As kube-apiserver does: names of two issuers must not meet. */
    @Test
    void putsTheIssuerBeforeEachUserUnlessItIsAnEmail() throws IOException {
        assertThat(prefix(settings())).isEqualTo("https://login.example.com/realm#");
        assertThat(prefix(settings().with(OidcSettings.USERNAME_CLAIM, "email")))
                .isEmpty();
        assertThat(prefix(settings().with(OidcSettings.USER_PREFIX, "corp:"))).isEqualTo("corp:");
        assertThat(prefix(settings().with(OidcSettings.USER_PREFIX, "-"))).isEmpty();
        assertThat(prefix(settings().with(OidcSettings.USER_PREFIX, ""))).isEmpty();
    }

    private static String prefix(TestSettings settings) {
        return new OidcSettingsReader(settings, java.time.Clock.systemUTC())
                .rules()
                .userPrefix();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.com",
                "login.example.com",
                "https://a@login.example.com",
                "https://login.example.com?a",
                "https://login.example.com#a",
                "ftp://login.example.com",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com"
            })
    void refusesAnIssuerThatIsNotSafe(String issuer) {
        assertThat(problem(settings().with(OidcSettings.ISSUER, issuer)))
                .isEqualTo("gatehouse.yaml:1:1: expected https://host/path without a query; http:// only on this"
                        + " machine or with plain-http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/realm", "http://localhost:1", "http://[::1]:1"})
    void takesAnIssuerOfThisMachine(String issuer) {
        factory.create(
                        settings().with(OidcSettings.ISSUER, issuer),
                        TestContext.in(Path.of("unused")).onlyChecked())
                .close();
    }

    @Test
    void takesPlainHttpWhereThatIsWritten() {
        factory.create(
                        settings()
                                .with(OidcSettings.ISSUER, "http://login.example.com")
                                .with(OidcSettings.PLAIN_HTTP, true),
                        TestContext.in(Path.of("unused")).onlyChecked())
                .close();
    }

    @Test
    void needsToKnowForWhomTokensAre() {
        TestSettings settings = TestSettings.of(factory).with(OidcSettings.ISSUER, "https://login.example.com");
        assertThat(problem(settings))
                .isEqualTo("gatehouse.yaml:1:1: write client-id or audiences: for whom tokens must be");
        assertThat(problem(settings.with(OidcSettings.AUDIENCES, List.of("a", ""))))
                .endsWith("for whom tokens must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "rs256", "EdDSA", ""})
    void takesAsymmetricAlgorithmsOnly(String algorithm) {
        assertThat(problem(settings().with(OidcSettings.ALGORITHMS, List.of("RS256", algorithm))))
                .isEqualTo("gatehouse.yaml:1:1: expected some of RS256, RS384, RS512, PS256, PS384, PS512, ES256,"
                        + " ES384, ES512");
        assertThat(problem(settings().with(OidcSettings.ALGORITHMS, List.of()))).contains("expected some of");
    }

    @Test
    void refusesClaimsThatAreNone() {
        assertThat(problem(settings().with(OidcSettings.REQUIRED_CLAIMS, List.of("hd", "=a"))))
                .isEqualTo("gatehouse.yaml:1:1: expected claim=value, not \"hd\"\n"
                        + "gatehouse.yaml:1:1: expected claim=value, not \"=a\"");
        assertThat(problem(settings().with(OidcSettings.GROUPS_CLAIM, "/a~2")))
                .endsWith("in a pointer, ~ is written ~0 and / is written ~1");
        assertThat(problem(settings().with(OidcSettings.USERNAME_CLAIM, "")))
                .endsWith("expected the name of a claim, or a pointer such as /a/b");
    }

    @ParameterizedTest
    @CsvSource({
        "clock-skew, PT11M, at most 10m",
        "max-lifetime, PT1S, 1m to 3650d",
        "refresh-keys, PT1S, 10s to 1d",
        "bear-outage, PT1M, refresh-keys to 7d",
        "bear-outage, P8D, refresh-keys to 7d",
        "session-without-refresh, PT1S, 1m to 7d",
        "timeout, PT0S, 1ms to 30s",
        "timeout, PT31S, 1ms to 30s"
    })
    void boundsTimes(String name, Duration value, String words) {
        assertThat(problem(settings().with(duration(name), value))).isEqualTo("gatehouse.yaml:1:1: expected " + words);
    }

    @Test
    void logsPeopleInOnlyAsAClient() {
        TestContext context = TestContext.in(Path.of("unused")).onlyChecked();
        assertThat(factory.create(settings(), context)).isInstanceOf(LoginAuthenticator.class);
        TestSettings bearerOnly = TestSettings.of(factory)
                .with(OidcSettings.ISSUER, "https://login.example.com")
                .with(OidcSettings.AUDIENCES, List.of("a"));
        assertThat(factory.create(bearerOnly, context)).isNotInstanceOf(LoginAuthenticator.class);
    }

    @Test
    void refusesALoginThatIsNone() {
        String scopes = "gatehouse.yaml:1:1: expected openid among the scopes, and none with a blank";
        assertThat(problem(settings().with(OidcSettings.SCOPES, List.of("email"))))
                .isEqualTo(scopes);
        assertThat(problem(settings().with(OidcSettings.SCOPES, List.of("openid", "a b"))))
                .isEqualTo(scopes);
        for (String line : List.of("prompt", "=a", "state=a", "redirect_uri=https://evil", "request=x")) {
            assertThat(problem(settings().with(OidcSettings.LOGIN_PARAMETERS, List.of(line))))
                    .isEqualTo("gatehouse.yaml:1:1: expected name=value of one that the flow itself does not set");
        }
    }

    @SuppressWarnings("unchecked") // those that are asked for are durations
    private Setting<Duration> duration(String name) {
        return (Setting<Duration>) factory.settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void needsCertificatesInTheirFile(String text) {
        ConfigFile file = new ConfigFile(Path.of("ca.pem"), text.getBytes(StandardCharsets.UTF_8));
        assertThat(problem(settings().with(OidcSettings.CA, file)))
                .isEqualTo("ca.pem:1: expected certificates in PEM: -----BEGIN CERTIFICATE-----");
    }

    /** A start waits for no issuer. */
    @Test
    void isMadeWhileTheIssuerHangs() throws IOException {
        try (FakeProvider provider = new FakeProvider(TestToken.RSA.toPublicJWK())) {
            provider.hang(FakeProvider.DISCOVERY);
            try (Authenticator made = factory.create(
                    settings().with(OidcSettings.ISSUER, provider.issuer()), TestContext.in(Path.of("unused")))) {
                assertThat(made.trouble()).contains(provider.issuer() + ": not asked yet");
            }
        }
    }

    /** A check makes nobody work, unless it is told to connect. */
    @Test
    void asksNobodyWhenItIsOnlyChecked() throws IOException {
        try (FakeProvider provider = new FakeProvider(TestToken.RSA.toPublicJWK());
                Authenticator made = factory.create(
                        settings().with(OidcSettings.ISSUER, provider.issuer()),
                        TestContext.in(Path.of("unused")).onlyChecked())) {
            assertThat(provider.asked(FakeProvider.DISCOVERY)).isZero();
            assertThat(made.tryConnection()).isEmpty();
            assertThat(provider.asked(FakeProvider.DISCOVERY)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace",
                "namespace=a",
                "Example.com/namespace=a",
                "example.com/=a",
                "=a",
                "authentication.kubernetes.io/credential-id=a",
                "k8s.io/x=a",
                "example.com/a b=a"
            })
    void refusesAnExtraThatIsNotOfOnesOwnDomain(String line) {
        assertThat(problem(settings().with(OidcSettings.EXTRA_CLAIMS, List.of(line))))
                .contains("expected key=claim")
                .contains(line);
    }

    @Test
    void refusesAnExtraThatIsThereTwiceOrOfNoClaim() {
        assertThat(problem(settings().with(OidcSettings.EXTRA_CLAIMS, List.of("example.com/a=a", "example.com/a=b"))))
                .contains("each key once");
        assertThat(problem(settings().with(OidcSettings.EXTRA_CLAIMS, List.of("example.com/a="))))
                .contains("expected the name of a claim");
    }

    private List<String> kubectlLogin(TestSettings settings) {
        LoginAuthenticator made = (LoginAuthenticator)
                factory.create(settings, TestContext.in(Path.of("unused")).onlyChecked());
        try {
            return made.kubectlLogin();
        } finally {
            made.close();
        }
    }

    @Test
    void tellsHowKubectlLogsInByItself() {
        assertThat(kubectlLogin(settings())).isEmpty();
        TestSettings both = settings()
                .with(OidcSettings.CLIENT_SECRET, Secret.of("s3cret"))
                .with(OidcSettings.KUBECTL_CLIENT_ID, "kubectl")
                .with(OidcSettings.SCOPES, List.of("openid", "profile"));
        assertThat(kubectlLogin(both))
                .containsExactly(
                        "kubectl",
                        "oidc-login",
                        "get-token",
                        "--oidc-issuer-url=https://login.example.com/realm",
                        "--oidc-client-id=kubectl",
                        "--oidc-extra-scope=profile");
    }

    @Test
    void refusesAClientWithASecretForKubectl() {
        assertThat(problem(settings()
                        .with(OidcSettings.CLIENT_SECRET, Secret.of("s3cret"))
                        .with(OidcSettings.KUBECTL_CLIENT_ID, "gatehouse")))
                .contains("a client without a secret");
    }
}
