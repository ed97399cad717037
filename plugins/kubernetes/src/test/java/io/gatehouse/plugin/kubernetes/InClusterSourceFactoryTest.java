package io.gatehouse.plugin.kubernetes;

import static io.gatehouse.plugin.kubernetes.KubernetesTesting.CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.OTHER_CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.START;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.authorization;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.context;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.credential;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.refusal;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InClusterSourceFactoryTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock(KubernetesTesting.START);
    private InClusterSourceFactory factory;

    @BeforeEach
    void mountAServiceAccount() throws IOException {
        factory = new InClusterSourceFactory(
                Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443"));
        write(folder.resolve("token"), "first");
        write(folder.resolve("ca.crt"), CERTIFICATE);
    }

    private TestSettings settings() {
        return TestSettings.of(factory)
                .with(InClusterSourceFactory.TOKEN_FILE, folder.resolve("token").toString())
                .with(InClusterSourceFactory.CA_FILE, folder.resolve("ca.crt").toString());
    }

    private TargetSource create(TestSettings settings) {
        return factory.create(settings, context(clock));
    }

    private void assertRefused(TestSettings settings, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings))
                .withMessage("gatehouse.yaml:1:1: " + message);
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name() + (setting.isRequired() ? "!" : "=" + setting.defaultValue()))
                .containsExactly(
                        "name=Optional[in-cluster]",
                        "server=Optional.empty",
                        "token-file=Optional[/var/run/secrets/kubernetes.io/serviceaccount/token]",
                        "ca-file=Optional[/var/run/secrets/kubernetes.io/serviceaccount/ca.crt]");
        assertThat(factory.mayBlock()).isTrue();
        assertThat(create(settings()).targets()).singleElement().satisfies(target -> {
            assertThat(target.name()).isEqualTo("in-cluster");
            assertThat(target.server()).hasToString("https://10.0.0.1:443");
            assertThat(target.kubernetes()).isTrue();
            assertThat(target.certificateAuthorities()).contains(CERTIFICATE);
            assertThat(target.insecureSkipVerify()).isFalse();
            assertThat(authorization(target)).isEqualTo("Bearer first");
        });
    }

    @Test
    void mapsEverySetting() {
        factory = new InClusterSourceFactory(Map.of());
        assertThat(create(settings()
                                .with(InClusterSourceFactory.NAME, "here")
                                .with(InClusterSourceFactory.SERVER, "https://127.0.0.1:6443"))
                        .targets())
                .singleElement()
                .satisfies(target -> {
                    assertThat(target.name()).isEqualTo("here");
                    assertThat(target.server()).hasToString("https://127.0.0.1:6443");
                });
    }

    @Test
    void bracketsAnAddressOfIPv6() {
        factory = new InClusterSourceFactory(
                Map.of("KUBERNETES_SERVICE_HOST", "fd00::1", "KUBERNETES_SERVICE_PORT", "6443"));
        assertThat(create(settings()).targets().get(0).server()).hasToString("https://[fd00::1]:6443");
    }

    @Test
    void tellsWhatIsWrong() throws IOException {
        assertRefused(
                settings().with(InClusterSourceFactory.NAME, "Here"),
                "expected lower-case letters, digits, dots and dashes");
        assertRefused(settings().with(InClusterSourceFactory.SERVER, "here"), "expected https://host:port, or http://");
        assertRefused(settings().with(InClusterSourceFactory.TOKEN_FILE, "token"), "expected an absolute file name");
        assertRefused(
                settings().with(InClusterSourceFactory.TOKEN_FILE, folder + "/none"), folder + "/none does not exist");
        assertRefused(
                settings().with(InClusterSourceFactory.CA_FILE, folder + "/none"), folder + "/none does not exist");
        assertRefused(
                settings().with(InClusterSourceFactory.CA_FILE, folder + "/token"),
                folder + "/token has no certificates in PEM");
        factory = new InClusterSourceFactory(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1"));
        assertRefused(
                settings(),
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod; write server:");
    }

    @Test
    void readsTheTokenAgainWithinAMinute() throws IOException {
        TargetSource source = create(settings());
        TargetDefinition target = source.targets().get(0);
        assertThat(credential(target).expires()).contains(START.plus(UserCredential.FILE_AGE));
        write(folder.resolve("token"), "second");
        assertThat(authorization(target)).isEqualTo("Bearer second");
        assertThat(source.targets().get(0)).isSameAs(target);
        Files.delete(folder.resolve("token"));
        assertThat(refusal(target))
                .isEqualTo("target \"in-cluster\": the token file " + folder + "/token does not exist");
    }

    @Test
    void takesUpChangedCertificatesAndKeepsThemWhenTheyBreak() throws IOException {
        TargetSource source = create(settings());
        write(folder.resolve("ca.crt"), OTHER_CERTIFICATE);
        List<TargetDefinition> changed = source.targets();
        assertThat(changed.get(0).certificateAuthorities()).contains(OTHER_CERTIFICATE);
        write(folder.resolve("ca.crt"), "broken");
        assertThat(source.targets()).isSameAs(changed);
        Files.delete(folder.resolve("ca.crt"));
        assertThat(source.targets()).isSameAs(changed);
        write(folder.resolve("ca.crt"), CERTIFICATE);
        assertThat(source.targets().get(0).certificateAuthorities()).contains(CERTIFICATE);
    }
}
