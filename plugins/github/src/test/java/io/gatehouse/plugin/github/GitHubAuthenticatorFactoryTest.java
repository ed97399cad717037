package io.gatehouse.plugin.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitHubAuthenticatorFactoryTest extends GitHubTesting {

    private void assertProblem(TestSettings settings, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings))
                .withMessage("gatehouse.yaml:1:1: " + message);
    }

    private <T> void assertProblem(Setting<T> setting, T value, String message) {
        assertProblem(settings().with(setting, value), setting + ": " + message);
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authenticators())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("github"));
    }

    @Test
    void mayBlockButNotAtTheStart() {
        github.close();
        assertThat(factory.mayBlock()).isTrue();
        assertThat(create(GitHubSettings.TITLE, "Zoo").title()).isEqualTo("Zoo");
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name()
                        + (setting.isRequired()
                                ? "!"
                                : setting.defaultValue()
                                        .map(value -> "=" + value)
                                        .orElse("")))
                .containsExactly(
                        "url=https://github.com",
                        "client-id!",
                        "client-secret!",
                        "organizations=[]",
                        "any-account=false",
                        "groups=slugs",
                        "max-groups=1000",
                        "user-from=login",
                        "user-prefix=",
                        "group-prefix=",
                        "allow-system=[]",
                        "personal-access-tokens=none",
                        "cache=PT1M",
                        "cache-refused=PT10S",
                        "ca",
                        "timeout=PT3S",
                        "title=GitHub");
    }

    @ParameterizedTest
    @CsvSource({
        "https://github.com,           https://api.github.com",
        "https://github.com/,          https://api.github.com",
        "https://zoo.ghe.com,          https://api.zoo.ghe.com",
        "https://ghe.example.com,      https://ghe.example.com/api/v3",
        "https://ghe.example.com:8443, https://ghe.example.com:8443/api/v3",
        "https://notghe.com,           https://notghe.com/api/v3"
    })
    void knowsWhereTheApiIs(String url, String api) {
        Endpoints endpoints = Endpoints.of(url);
        assertThat(endpoints.api()).isEqualTo(URI.create(api));
        assertThat(endpoints.token().toString()).isEqualTo(url.replaceAll("/$", "") + "/login/oauth/access_token");
        assertThat(endpoints.isOfApi(URI.create(api + "/user/teams?page=2"))).isTrue();
        assertThat(endpoints.isOfApi(URI.create(api + "/../../x"))).isFalse();
        assertThat(endpoints.isOfApi(URI.create("https://user@evil.example.com/api/v3/user")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "github.com",
                "http://github.com",
                "http://127.0.0.1.example.com",
                "https://",
                "https://github.com/acme",
                "https://a@github.com",
                "https://github.com?a",
                "https://github.com#a",
                "ftp://github.com",
                "https://github .com"
            })
    void takesNoOtherAddress(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> Endpoints.of(url)).withMessageStartingWith("expected ");
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> create(GitHubSettings.URL, url));
    }

    @Test
    void letsNobodyInByOversight() {
        String message = "organizations: expected the organisations whose members may log in; or any-account: true, and"
                + " none";
        assertProblem(settings().with(GitHubSettings.ORGANIZATIONS, List.of()), message);
        assertProblem(settings().with(GitHubSettings.ANY_ACCOUNT, true), message);
    }

    @Test
    void tellsWhatCanNotBeUsed() {
        assertProblem(GitHubSettings.CLIENT_ID, " ", "expected the client ID of the OAuth app");
        assertProblem(
                GitHubSettings.ORGANIZATIONS,
                List.of("acme/admins"),
                "\"acme/admins\": expected an organisation's name, or id: and its number");
        assertProblem(GitHubSettings.MAX_GROUPS, 0, "expected 1 to 5000");
        assertProblem(GitHubSettings.CACHE, Duration.ofMinutes(11), "expected at most 10m");
        assertProblem(GitHubSettings.CACHE_REFUSED, Duration.ofMinutes(2), "expected at most 1m");
        assertProblem(GitHubSettings.TIMEOUT, Duration.ZERO, "expected 1ms to 9s");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(
                        GitHubSettings.CA,
                        new ConfigFile(Path.of("/home/ca.pem"), "x".getBytes(StandardCharsets.US_ASCII))))
                .withMessage("ca.pem:1: expected certificates in PEM: -----BEGIN CERTIFICATE-----");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings()
                        .with(GitHubSettings.URL, "x")
                        .with(GitHubSettings.MAX_GROUPS, -1)
                        .with(GitHubSettings.TIMEOUT, Duration.ofHours(1))))
                .satisfies(e -> assertThat(e.problems()).hasSize(3));
    }
}
