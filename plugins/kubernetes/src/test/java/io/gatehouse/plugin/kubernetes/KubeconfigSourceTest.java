package io.gatehouse.plugin.kubernetes;

import static io.gatehouse.plugin.kubernetes.KubernetesTesting.CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.KEY;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.OTHER_CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.START;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.authorization;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.base64;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.credential;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.kubeconfig;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.refusal;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.source;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.UpstreamCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigSourceTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock(KubernetesTesting.START);
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config");
    }

    private TargetDefinition only(String cluster, String user) throws IOException {
        return only(source(clock, write(file, kubeconfig(cluster, user))));
    }

    private static TargetDefinition only(KubeconfigSource source) {
        assertThat(source.targets()).hasSize(1);
        return source.targets().get(0);
    }

    @Test
    void readsACluster() throws IOException {
        TargetDefinition plain = only("", "");
        assertThat(plain.certificateAuthorities()).isEmpty();
        assertThat(plain.tlsServerName()).isEmpty();
        assertThat(plain.insecureSkipVerify()).isFalse();
        assertThat(credential(plain))
                .isEqualTo(new UpstreamCredential(Optional.empty(), Optional.empty(), Optional.empty()));

        assertThat(only("insecure-skip-tls-verify: true", "").insecureSkipVerify())
                .isTrue();
        TargetDefinition named = only(
                "tls-server-name: api, certificate-authority-data: " + base64(CERTIFICATE)
                        + ", certificate-authority: ignored.pem",
                "");
        assertThat(named.tlsServerName()).contains("api");
        assertThat(named.certificateAuthorities()).contains(CERTIFICATE);
    }

    @Test
    void readsAClusterWithoutUser() throws IOException {
        TargetDefinition target =
                only(source(clock, write(file, kubeconfig("", "").replace(", user: u", ", user: ''"))));
        assertThat(credential(target).authorization()).isEmpty();
    }

    @Test
    void takesUpAChangedCertificateAuthority() throws IOException {
        write(folder.resolve("ca.pem"), CERTIFICATE);
        KubeconfigSource source = source(clock, write(file, kubeconfig("certificate-authority: ca.pem", "")));
        assertThat(only(source).certificateAuthorities()).contains(CERTIFICATE);
        write(folder.resolve("ca.pem"), OTHER_CERTIFICATE);
        assertThat(only(source).certificateAuthorities()).contains(OTHER_CERTIFICATE);
    }

    @Test
    void showsATokenAndABasicPassword() throws IOException {
        TargetDefinition token = only("", "token: secret-token");
        assertThat(authorization(token)).isEqualTo("Bearer secret-token");
        assertThat(credential(token).expires()).isEmpty();
        TargetDefinition basic = only("", "username: alice, password: 'a:b'");
        assertThat(authorization(basic)).isEqualTo("Basic " + base64("alice:a:b"));
        assertThat(basic.generation()).isNotEqualTo(token.generation());
    }

    @Test
    void readsATokenFileAgainWithinAMinute() throws IOException {
        write(folder.resolve("token"), "one\n");
        TargetDefinition target = only("", "token: ignored, tokenFile: token");
        assertThat(credential(target))
                .isEqualTo(new UpstreamCredential(
                        Optional.of(Secret.of("Bearer one")),
                        Optional.empty(),
                        Optional.of(START.plus(UserCredential.FILE_AGE))));
        write(folder.resolve("token"), "two");
        clock.advance(Duration.ofSeconds(30));
        assertThat(authorization(target)).isEqualTo("Bearer two");
        assertThat(only(source(clock, file)).generation()).isEqualTo(target.generation());
        String start = "context \"main\" of " + file + ": user \"u\": the token file " + folder.resolve("token");
        write(folder.resolve("token"), "two\nlines");
        assertThat(refusal(target)).isEqualTo(start + " has characters that can not stand in a header");
        write(folder.resolve("token"), "");
        assertThat(refusal(target)).isEqualTo(start + " is empty");
        Files.delete(folder.resolve("token"));
        assertThat(refusal(target)).isEqualTo(start + " does not exist");
    }

    @Test
    void showsAClientCertificate() throws IOException {
        UpstreamCredential credential = credential(only(
                "", "token: t, client-certificate-data: " + base64(CERTIFICATE) + ", client-key-data: " + base64(KEY)));
        assertThat(credential)
                .isEqualTo(new UpstreamCredential(
                        Optional.of(Secret.of("Bearer t")),
                        Optional.of(new UpstreamCredential.ClientKey(CERTIFICATE, Secret.of(KEY))),
                        Optional.empty()));
    }

    @Test
    void takesUpARotatedClientCertificate() throws IOException {
        write(folder.resolve("c.pem"), CERTIFICATE);
        write(folder.resolve("k.pem"), KEY);
        KubeconfigSource source =
                source(clock, write(file, kubeconfig("", "client-certificate: c.pem, client-key: k.pem")));
        TargetDefinition before = only(source);
        write(folder.resolve("c.pem"), OTHER_CERTIFICATE);
        TargetDefinition after = only(source);
        assertThat(after).isNotEqualTo(before);
        assertThat(credential(after).clientCertificate())
                .get()
                .extracting(UpstreamCredential.ClientKey::certificates)
                .isEqualTo(OTHER_CERTIFICATE);
        assertThat(credential(after).expires()).contains(START.plus(UserCredential.FILE_AGE));
        assertThat(credential(before)).isEqualTo(credential(after));
    }

    @Test
    void comesToLifeWhenWhatWasMissingAppears() throws IOException {
        KubeconfigSource source = source(clock, write(file, kubeconfig("certificate-authority: ca.pem", "token: t")));
        assertThat(refusal(only(source))).endsWith("ca.pem does not exist");
        write(folder.resolve("ca.pem"), CERTIFICATE);
        assertThat(authorization(only(source))).isEqualTo("Bearer t");
    }

    @Test
    void mergesAsKubectlDoes() throws IOException {
        Path second = Files.createDirectory(folder.resolve("sub")).resolve("config");
        write(file, kubeconfig("", "token: first"));
        write(second, """
                clusters:
                - {name: c, cluster: {server: "https://ignored", tls-server-name: ignored}}
                - {name: d, cluster: {server: "https://d"}}
                users:
                - {name: u, user: {client-key-data: ignored}}
                - {name: v, user: {tokenFile: token}}
                contexts:
                - {name: main, context: {cluster: d, user: v}}
                - {name: mixed, context: {cluster: d, user: u}}
                - {name: own, context: {cluster: d, user: v}}
                """);
        write(second.resolveSibling("token"), "second");
        assertThat(source(clock, file, second).targets())
                .extracting(target -> target.name() + " " + target.server() + " " + authorization(target))
                .containsExactly(
                        "main https://127.0.0.1:6443 Bearer first",
                        "mixed https://d Bearer first",
                        "own https://d Bearer second");
    }

    @Test
    void keepsTheFilesOfAFolderApart() throws IOException {
        write(folder.resolve("a"), kubeconfig("", "token: of-a").replace("name: main", "name: a"));
        KubeconfigSource source = new KubeconfigSource(
                "clusters",
                new KubeconfigFiles(List.of(), true, Optional.of(folder)),
                Set.of(),
                Duration.ofSeconds(30),
                clock);
        assertThat(source.targets()).hasSize(1);
        write(folder.resolve("b"), kubeconfig("", "token: of-b").replace("name: main", "name: b"));
        assertThat(source.targets())
                .extracting(target -> target.name() + " " + authorization(target))
                .containsExactly("a Bearer of-a", "b Bearer of-b");
        Files.delete(folder.resolve("a"));
        assertThat(source.targets()).extracting(TargetDefinition::name).containsExactly("b");
    }

    @Test
    void keepsTheObjectsWhenNothingOfThemChanged() throws IOException {
        KubeconfigSource source = source(clock, write(file, kubeconfig("", "token: t")));
        List<TargetDefinition> before = source.targets();
        assertThat(source.targets()).isSameAs(before);
        write(file, "# a remark\n" + kubeconfig("", "token: t") + "preferences: {}\n");
        assertThat(source.targets().get(0)).isSameAs(before.get(0));
        write(file, kubeconfig("", "token: u"));
        assertThat(source.targets().get(0)).isNotEqualTo(before.get(0));
        assertThat(authorization(source.targets().get(0))).isEqualTo("Bearer u");
    }

    @Test
    void keepsWhatItHadWhenAFileBreaks() throws IOException {
        KubeconfigSource source = source(clock, write(file, kubeconfig("", "token: t")));
        List<TargetDefinition> before = source.targets();
        for (String broken : List.of("a: [", "hello", "", "# nothing\n")) {
            write(file, broken);
            assertThat(source.targets()).isSameAs(before);
        }
        Files.delete(file);
        assertThat(source.targets()).isSameAs(before);
        write(file, kubeconfig("", "token: u"));
        assertThat(authorization(only(source))).isEqualTo("Bearer u");
    }

    @Test
    void showsNoSecretInItsTexts() throws IOException {
        TargetDefinition target = only("", "username: alice, password: hunter-2");
        assertThat(target.toString() + credential(target)).doesNotContain("hunter-2", base64("alice:hunter-2"));
    }
}
