package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedLoginTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void isKeptUntilItIsAboutToEnd() throws Exception {
        Path file = folder.resolve("login/gate");
        CachedLogin login = new CachedLogin("gatehouse_x", NOW.plusSeconds(100), "alice");
        login.write(file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(CachedLogin.read(file, NOW)).contains(login);
        assertThat(CachedLogin.read(file, NOW.plusSeconds(41))).isEmpty();
    }

    @Test
    void doesNotShowItsToken() {
        assertThat(new CachedLogin("gatehouse_x", NOW, "alice")).hasToString("CachedLogin[alice, " + NOW + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "x\ny\nz\n", "x\n2026-06-01T13:00:00Z\n"})
    void anythingElseIsNone(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("gate"), text);
        assertThat(CachedLogin.read(file, NOW)).isEmpty();
        assertThat(CachedLogin.read(folder.resolve("absent"), NOW)).isEmpty();
    }

    @Test
    void readsWhatKubectlTells() {
        assertThat(ClusterInfo.of(null)).isEqualTo(new ClusterInfo(ClusterInfo.DEFAULT_VERSION, Optional.empty()));
        assertThat(ClusterInfo.of(
                        "{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\","
                                + "\"spec\":{\"cluster\":{\"server\":\"https://x\",\"certificate-authority-data\":\"QUJD\"},"
                                + "\"interactive\":false}}"))
                .isEqualTo(new ClusterInfo("client.authentication.k8s.io/v1beta1", Optional.of("QUJD")));
        assertThat(ClusterInfo.of("{nonsense")).isEqualTo(ClusterInfo.of(""));
        assertThat(ClusterInfo.of("{\"apiVersion\":\"evil\\\"\"}")).isEqualTo(ClusterInfo.of(""));
    }
}
