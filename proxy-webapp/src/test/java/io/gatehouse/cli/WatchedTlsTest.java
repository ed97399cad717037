package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.config.GatehouseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedTlsTest {

    private static final String REFUSED = "its changed certificates are not used, the earlier ones stay";

    @TempDir
    private Path home;

    private final Certificates.Issued authority = Certificates.authority("Test", Duration.ofDays(9));
    private final Certificates.Issued first = Certificates.server(authority, Duration.ofDays(1));
    private final Certificates.Issued second = Certificates.server(authority, Duration.ofDays(3));
    private WatchedTls tls;

    @BeforeEach
    void start() throws Exception {
        write(first, first);
        tls = at(Duration.ZERO);
        tls.factory().start();
    }

    @AfterEach
    void stop() throws Exception {
        tls.factory().stop();
    }

    private WatchedTls at(Duration later) {
        return new WatchedTls(
                new GatehouseConfig.Listen(
                        "127.0.0.1", 0, true, home.resolve("crt"), home.resolve("key"), home.resolve("ca")),
                Clock.offset(Clock.systemUTC(), later));
    }

    private void write(Certificates.Issued certificate, Certificates.Issued key) throws IOException {
        Files.writeString(home.resolve("crt"), certificate.certificatePem());
        Files.writeString(home.resolve("key"), key.keyPem());
    }

    private X509Certificate served() throws Exception {
        return (X509Certificate) tls.factory().getKeyStore().getCertificate("server");
    }

    @Test
    void takesANewPairUp() throws Exception {
        tls.look();
        assertThat(served()).isEqualTo(first.certificate());
        write(second, second);
        tls.look();
        assertThat(served()).isEqualTo(second.certificate());
        assertThat(tls.trouble()).isEmpty();
    }

    @Test
    void saysThatANewPairIsNotUsedUntilItIsMended() throws Exception {
        write(second, first);
        tls.look();
        tls.look();
        assertThat(tls.trouble()).contains(REFUSED);
        assertThat(served()).isEqualTo(first.certificate());
        Files.delete(home.resolve("key"));
        tls.look();
        assertThat(tls.trouble()).contains(REFUSED);
        write(second, second);
        tls.look();
        assertThat(tls.trouble()).isEmpty();
        assertThat(served()).isEqualTo(second.certificate());
    }

    @Test
    void saysWhenItsTimeIsOver() throws Exception {
        WatchedTls late = at(Duration.ofDays(2));
        assertThat(late.trouble()).contains("its certificate has ended");
        late.factory().start();
        write(second, second);
        late.look();
        assertThat(late.trouble()).isEmpty();
        late.factory().stop();
        assertThat(at(Duration.ofDays(-1)).trouble()).contains("its certificate is not good yet");
    }
}
