package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.target.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDefaultTest {

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void name() {
        home = folder.resolve("not/there/yet");
    }

    @Test
    void makesAHomeThatIsSafe() throws IOException {
        EmbeddedDefault.Prepared prepared = EmbeddedDefault.prepare(home);
        assertThat(files().keySet())
                .containsExactly(
                        "gatehouse.yaml",
                        "htpasswd",
                        "policy.csv",
                        "tls/ca.crt",
                        "tls/client-ca.crt",
                        "tls/client.crt",
                        "tls/client.key",
                        "tls/server.crt",
                        "tls/server.key");
        assertThat(home).satisfies(EmbeddedDefaultTest::isPrivate);
        assertThat(home.resolve("tls")).satisfies(EmbeddedDefaultTest::isPrivate);
        assertThat(files().keySet()).allSatisfy(file -> isPrivate(home.resolve(file)));
        assertThat(Files.readString(home.resolve("gatehouse.yaml"))).contains("\nlisten:\n  address: 127.0.0.1\n");
        String password = prepared.password().orElseThrow();
        assertThat(password).hasSize(20);
        assertThat(OpenBSDBCrypt.checkPassword(
                        Files.readString(home.resolve("htpasswd")).strip().substring("demo:".length()),
                        password.toCharArray()))
                .isTrue();
    }

    private static void isPrivate(Path path) {
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void makesCertificatesThatBelongTogether() throws IOException, GeneralSecurityException {
        EmbeddedDefault.Prepared prepared = EmbeddedDefault.prepare(home);
        X509Certificate server = certificate("tls/server.crt");
        server.verify(certificate("tls/ca.crt").getPublicKey());
        server.checkValidity();
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("localhost", "*.localhost", "gatehouse.localhost", "127.0.0.1");
        X509Certificate client = certificate("tls/client.crt");
        client.verify(certificate("tls/client-ca.crt").getPublicKey());
        assertThat(client.getSubjectX500Principal().getName()).contains("CN=demo", "O=gatehouse:admins");
        assertThat(prepared.clientCertificate()).isEqualTo(Files.readString(home.resolve("tls/client.crt")));
        assertThat(Pem.privateKey(prepared.clientKey())).isNotNull();
    }

    private X509Certificate certificate(String file) throws IOException {
        return Pem.certificates(Files.readString(home.resolve(file))).get(0);
    }

    @Test
    void keepsWhatIsThere() throws IOException {
        EmbeddedDefault.prepare(home);
        Files.writeString(home.resolve("policy.csv"), "# mine\n");
        Map<String, String> before = files();
        assertThat(EmbeddedDefault.prepare(home).password()).isEmpty();
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void makesANewPasswordWhenTheFileIsGone() throws IOException {
        EmbeddedDefault.prepare(home);
        Files.delete(home.resolve("htpasswd"));
        assertThat(EmbeddedDefault.prepare(home).password()).isPresent();
    }

    @Test
    void renewsWhatEndsSoon() throws IOException {
        EmbeddedDefault.prepare(home);
        Map<String, String> before = files();
        Certificates.Issued authority = Certificates.authority("Gatehouse on this machine", Duration.ofDays(100));
        Certificates.Issued ending = Certificates.server(authority, Duration.ofDays(29));
        Files.writeString(home.resolve("tls/ca.crt"), authority.certificatePem());
        Files.writeString(home.resolve("tls/server.crt"), ending.certificatePem());
        EmbeddedDefault.prepare(home);
        assertThat(certificate("tls/server.crt")).isNotEqualTo(ending.certificate());
        assertThat(files().get("tls/client.crt")).isEqualTo(before.get("tls/client.crt"));
    }

    @Test
    void makesAPairAnewWhoseKeyIsGone() throws IOException {
        EmbeddedDefault.prepare(home);
        Files.delete(home.resolve("tls/client.key"));
        assertThat(EmbeddedDefault.prepare(home).clientKey()).contains("PRIVATE KEY");
    }

    @Test
    void leavesSomebodysOwnCertificateAlone() throws IOException {
        EmbeddedDefault.prepare(home);
        Certificates.Issued corporate = Certificates.authority("Example Corp", Duration.ofDays(100));
        Certificates.Issued own = Certificates.server(corporate, Duration.ofDays(2));
        Files.writeString(home.resolve("tls/server.crt"), own.certificatePem());
        Files.writeString(home.resolve("tls/server.key"), own.keyPem());
        Files.writeString(home.resolve("tls/client-ca.crt"), corporate.certificatePem());
        Files.delete(home.resolve("tls/client.crt"));
        Files.delete(home.resolve("tls/ca.crt"));
        Map<String, String> before = files();
        EmbeddedDefault.Prepared prepared = EmbeddedDefault.prepare(home);
        assertThat(files()).isEqualTo(before);
        assertThat(prepared.clientCertificate()).isEmpty();
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(home.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void choosesTheContextThatKubectlWouldTake() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), "current-context: Prod/EU\n");
        Path two = Files.writeString(folder.resolve("two"), "current-context: dev\n");
        Path broken = Files.writeString(folder.resolve("broken"), "current-context: [\n");
        List<String> clusters = List.of("dev", "prod-eu");
        assertThat(Welcome.current(one + ":" + two, clusters)).isEqualTo("prod-eu");
        assertThat(Welcome.current(two + ":" + one, clusters)).isEqualTo("dev");
        assertThat(Welcome.current(broken + "::/none:" + one, clusters)).isEqualTo("prod-eu");
        Path dashed = Files.writeString(folder.resolve("dashed"), "current-context: arn:aws::x--y/Z_1\n");
        assertThat(Welcome.current(dashed.toString(), List.of("a", "arn-aws-x-y-z-1")))
                .as("named as the plugin names it")
                .isEqualTo("arn-aws-x-y-z-1");
        assertThat(Welcome.current("\0:" + folder, clusters)).isEqualTo("dev");
        assertThat(Welcome.current(two.toString(), List.of("other"))).isEqualTo("other");
    }
}
