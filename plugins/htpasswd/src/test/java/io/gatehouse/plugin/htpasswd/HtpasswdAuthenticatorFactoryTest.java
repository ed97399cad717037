package io.gatehouse.plugin.htpasswd;

import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.APR1_SECRET;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.BCRYPT_SECRET;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.SHA_SECRET;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.basic;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.file;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtpasswdAuthenticatorFactoryTest {

    private final HtpasswdAuthenticatorFactory factory = new HtpasswdAuthenticatorFactory();

    private TestSettings settings(String... lines) {
        return TestSettings.of(factory).with(HtpasswdAuthenticatorFactory.FILE, file("users", lines));
    }

    private Authenticator create(TestSettings settings) {
        return factory.create(settings, TestContext.in(Path.of(".")));
    }

    private static AuthenticationResult of(Authenticator authenticator, String user) {
        return authenticator.authenticate(basic(user, "secret"), from("10.0.0.1"));
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authenticators())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("htpasswd"));
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly(
                        "file!",
                        "user-prefix=Optional[]",
                        "group-prefix=Optional[]",
                        "groups=Optional[[]]",
                        "groups-file=Optional.empty",
                        "allow-sha=Optional[false]",
                        "realm=Optional[gatehouse]",
                        "title=Optional[User name and password]");
        assertThat(factory.mayBlock()).isFalse();
        Authenticator authenticator = create(settings("alice:" + BCRYPT_SECRET));
        assertThat(authenticator.challenge()).contains("Basic realm=\"gatehouse\", charset=\"UTF-8\"");
        assertThat(of(authenticator, "alice"))
                .isEqualTo(AuthenticationResult.authenticated(Identity.of("alice", "basic")));
    }

    @Test
    void mapsEverySetting() {
        Authenticator authenticator = create(settings("alice:" + SHA_SECRET, "bob:" + APR1_SECRET)
                .with(HtpasswdAuthenticatorFactory.USER_PREFIX, "u:")
                .with(HtpasswdAuthenticatorFactory.GROUP_PREFIX, "g:")
                .with(HtpasswdAuthenticatorFactory.GROUPS, List.of("staff"))
                .with(
                        HtpasswdAuthenticatorFactory.GROUPS_FILE,
                        file("groups", "# who", "", "dev: alice  carol", "ops:bob alice", "none:", "dev: dave"))
                .with(HtpasswdAuthenticatorFactory.ALLOW_SHA, true)
                .with(HtpasswdAuthenticatorFactory.REALM, "The Zoo"));
        assertThat(authenticator.challenge()).contains("Basic realm=\"The Zoo\", charset=\"UTF-8\"");
        assertThat(of(authenticator, "alice"))
                .isEqualTo(AuthenticationResult.authenticated(
                        Identity.of("u:alice", "basic").withGroups(List.of("g:staff", "g:dev", "g:ops"))));
        assertThat(of(authenticator, "bob"))
                .isEqualTo(AuthenticationResult.authenticated(
                        Identity.of("u:bob", "basic").withGroups(List.of("g:staff", "g:ops"))));
        assertThat(of(authenticator, "carol")).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void takesCommentsBlankLinesCarriageReturnsAndAByteOrderMark() {
        Authenticator authenticator = create(settings("\uFEFF# users\r", "\r", "alice:" + BCRYPT_SECRET + " \r"));
        assertThat(of(authenticator, "alice")).isInstanceOf(AuthenticationResult.Authenticated.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
            alice ~ expected name:hash
            :x ~ the name before the colon is empty
            al\tice:x ~ the name before the colon has a control character
            alice :x ~ the name before the colon begins or ends with a blank
            bob:$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0 ~ user "bob" stands in line 1 already
            alice:secret ~ the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA}); make a new one with htpasswd -B
            alice: ~ the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA}); make a new one with htpasswd -B
            alice:rl.3StKT.4T8M ~ the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA}); make a new one with htpasswd -B
            alice:$6$salt$IxDD3jeSOb5eB1CX5LBsqZ ~ the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA}); make a new one with htpasswd -B
            alice:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a:x ~ the hash is not in a form that is taken (bcrypt, $apr1$ or {SHA}); make a new one with htpasswd -B
            alice:$2y$15$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a ~ a bcrypt cost of 15 is outside of 4 to 14; make a new hash with htpasswd -B -C 10
            alice:$2y$03$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a ~ a bcrypt cost of 3 is outside of 4 to 14; make a new hash with htpasswd -B -C 10
            alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ= ~ a {SHA} hash is unsalted and quick to guess; make a new one with htpasswd -B, or write allow-sha: true
            """)
    void tellsWhatIsWrongWithALine(String line, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings("bob:" + BCRYPT_SECRET, line)))
                .withMessage("users:2: " + message);
    }

    @Test
    void tellsThatAFileIsEmpty() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings("# nobody")))
                .withMessage("users:1: there is no user in this file; add one with htpasswd -B");
    }

    @Test
    void tellsAllProblemsOfSettingsAndFilesAtOnce() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings("alice")
                        .with(HtpasswdAuthenticatorFactory.REALM, "a\"b")
                        .with(HtpasswdAuthenticatorFactory.GROUPS_FILE, file("groups", "dev", ": x", "a: b:c"))))
                .withMessage("""
                        gatehouse.yaml:1:1: expected printable ASCII without double quote and backslash
                        users:1: expected name:hash
                        groups:1: expected group: user user
                        groups:2: the group before the colon is empty
                        groups:3: a user has a colon""");
    }
}
