package io.gatehouse.plugin.mtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class MtlsAuthenticatorFactoryTest {

    private static final TestAuthority ROOT = TestAuthority.root("CN=Zoo Root");

    private final MtlsAuthenticatorFactory factory = new MtlsAuthenticatorFactory();

    private Authenticator create(String pem) {
        return factory.create(
                TestSettings.of(factory)
                        .with(
                                MtlsAuthenticatorFactory.CLIENT_CA,
                                new ConfigFile(Path.of("/home/ca.pem"), pem.getBytes(StandardCharsets.UTF_8))),
                new TestContext("mtls", Path.of("."), Clock.fixed(TestAuthority.NOW, ZoneOffset.UTC)));
    }

    private void assertProblems(String pem, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(pem))
                .withMessage(message);
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authenticators())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("mtls"));
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly(
                        "client-ca!", "crl=Optional.empty", "user-prefix=Optional[]", "group-prefix=Optional[]");
        assertThat(factory.mayBlock()).isFalse();
        assertThat(create(ROOT.pem()).challenge()).isEmpty();
    }

    @Test
    void takesSeveralAuthoritiesWithTextBetweenThem() {
        assertThat(create("subject: x\r\n" + ROOT.pem() + "\n# second\n"
                        + TestAuthority.root("CN=B").pem()))
                .isNotNull();
    }

    @Test
    void tellsThatAFileIsEmpty() {
        String expected = "ca.pem:1: there is no certificate in this file; expected -----BEGIN CERTIFICATE-----";
        assertProblems("", expected);
        assertProblems("nothing\n", expected);
    }

    @Test
    void tellsEveryBrokenBlock() {
        assertProblems(
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
                        + "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"
                        + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                        + "-----BEGIN CERTIFICATE-----\nAAAA\n",
                """
                ca.pem:1: this certificate is damaged
                ca.pem:4: this certificate is damaged
                ca.pem:7: expected certificates only; found another kind of PEM block
                ca.pem:10: this certificate has no -----END CERTIFICATE-----""");
    }

    @Test
    void tellsThatACertificateIsCutShort() {
        String pem = ROOT.pem();
        assertProblems(pem.substring(0, 200), "ca.pem:1: this certificate has no -----END CERTIFICATE-----");
    }

    @Test
    void refusesACertificateThatIsNoAuthority() {
        assertProblems(
                TestAuthority.pem(ROOT.client("CN=alice")),
                "ca.pem:1: this certificate is not that of an authority (CA:TRUE is missing)");
    }
}
