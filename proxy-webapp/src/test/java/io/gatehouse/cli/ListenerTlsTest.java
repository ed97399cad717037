package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.WatchedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerTlsTest {

    @TempDir
    private Path home;

    private final Certificates.Issued authority = Certificates.authority("Test", Duration.ofDays(1));
    private final Certificates.Issued server = Certificates.server(authority, Duration.ofDays(1));

    @BeforeEach
    void write() throws IOException {
        Files.writeString(home.resolve("crt"), server.certificatePem());
        Files.writeString(home.resolve("key"), server.keyPem());
    }

    private ListenerTls read() {
        return ListenerTls.read(
                new GatehouseConfig.Listen(
                        "127.0.0.1", 0, true, home.resolve("crt"), home.resolve("key"), home.resolve("ca")),
                new WatchedFiles());
    }

    private void isRefused(String message) {
        assertThatIllegalArgumentException().isThrownBy(this::read).withMessage(message);
    }

    @Test
    void readsItsFiles() throws IOException {
        assertThat(read().authorities()).isEmpty();
        Files.writeString(home.resolve("ca"), authority.certificatePem());
        assertThat(read().authorities()).hasSize(1);
        assertThat(read().chain()).hasSize(1);
    }

    @Test
    void namesTheFileThatIsWrong() throws IOException {
        Files.writeString(home.resolve("ca"), "nothing");
        isRefused(home.resolve("ca") + ": expected PEM certificates, found none");
        Files.writeString(home.resolve("key"), server.certificatePem());
        isRefused(home.resolve("key") + ": expected a PEM private key that is not encrypted, found none");
        Files.writeString(home.resolve("crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        isRefused(home.resolve("crt") + ": expected PEM certificates, found something else");
    }

    @Test
    void wantsTheKeyOfItsCertificate() throws IOException {
        Files.writeString(
                home.resolve("key"),
                Certificates.server(authority, Duration.ofDays(1)).keyPem());
        isRefused(home.resolve("key") + ": expected the key of the certificate in " + home.resolve("crt"));
    }
}
