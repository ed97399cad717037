package io.gatehouse.plugin.kubernetes;

import static io.gatehouse.plugin.kubernetes.KubernetesTesting.CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.KEY;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.base64;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.credential;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.kubeconfig;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.refusal;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.source;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TestClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contexts that need what is missing or not supported. */
class UnusableContextTest {

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock(KubernetesTesting.START);
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            proxy-url: "socks5://127.0.0.1:1080" ~ `` ~ cluster "c": proxy-url is not supported
            server: "127.0.0.1:6443" ~ `` ~ cluster "c": server: expected https://host:port, or http://
            server: "https://alice@a" ~ `` ~ cluster "c": server: expected https://host:port, or http://
            server: "https://a?b" ~ `` ~ cluster "c": server: expected https://host:port, or http://
            server: "" ~ `` ~ cluster "c": server: is missing
            certificate-authority: none.pem ~ `` ~ cluster "c": certificate-authority: FOLDER/none.pem does not exist
            certificate-authority: config ~ `` ~ cluster "c": certificate-authority: expected certificates in PEM
            certificate-authority-data: "%" ~ `` ~ cluster "c": certificate-authority-data: expected base64
            certificate-authority-data: aGVsbG8= ~ `` ~ cluster "c": certificate-authority-data: expected certificates in PEM
            insecure-skip-tls-verify: "true" ~ `` ~ cluster "c": insecure-skip-tls-verify: expected true or false
            insecure-skip-tls-verify: true, certificate-authority-data: CERT ~ `` ~ cluster "c": insecure-skip-tls-verify and certificate-authority exclude each other
            `` ~ auth-provider: {name: oidc} ~ user "u": auth-provider is not supported: kubectl dropped it in 1.26, use exec
            `` ~ as: alice ~ user "u": as is not supported: Gatehouse impersonates for its own users
            `` ~ as-groups: [staff] ~ user "u": as-groups is not supported: Gatehouse impersonates for its own users
            `` ~ token: 12345 ~ user "u": token: expected a text; put it in quotes
            `` ~ token: "a b" ~ user "u": token: has characters that can not stand in a header
            `` ~ token: a, username: b ~ user "u": has token and username; only one of them can count
            `` ~ tokenFile: a, exec: {} ~ user "u": has token and exec; only one of them can count
            `` ~ password: a ~ user "u": password needs username
            `` ~ username: "a:b" ~ user "u": username: a colon can not stand in it
            `` ~ client-key-data: KEY ~ user "u": client-certificate and client-key need each other
            `` ~ client-certificate-data: CERT ~ user "u": client-certificate and client-key need each other
            `` ~ client-certificate-data: CERT, client-key-data: CERT ~ user "u": client-key-data: expected a private key in PEM
            `` ~ client-certificate-data: CERT, client-key-data: LOCKED ~ user "u": client-key-data: the private key is encrypted; decrypt it
            `` ~ client-certificate-data: CERT, client-key-data: KEY, exec: {} ~ user "u": has exec and client-certificate; only one of them can count
            `` ~ extra: &e {e: *e} ~ it is nested too deeply
            `` ~ exec: a ~ user "u": exec: expected a mapping
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a} ~ user "u": exec: apiVersion: expected client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1} ~ user "u": exec: command: is missing
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1, command: a, args: [1]} ~ user "u": exec: args: expected a list of texts; put numbers and flags in quotes
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1, command: a, args: b} ~ user "u": args: expected a list
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1, command: a, env: [{name: B, value: 1}]} ~ user "u": exec: env: expected a list of name and value; put numbers and flags in quotes
            `` ~ exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always} ~ user "u": exec: interactiveMode Always is not supported: nobody sits at a terminal
            """)
    void tellsWhyAContextCanNotBeUsedAndKeepsTheOthers(String cluster, String user, String reason) throws IOException {
        String text = kubeconfig(cluster, user)
                .replace("CERT", base64(CERTIFICATE))
                .replace("KEY", base64(KEY))
                .replace("LOCKED", base64("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        if (cluster.startsWith("server")) {
            text = text.replace("server: \"https://127.0.0.1:6443\", ", "");
        }
        write(
                file,
                text.replace("current-context", "- {name: good, context: {cluster: good, user: good}}\ncurrent-context")
                        .replace(
                                "users:\n",
                                "- {name: good, cluster: {server: 'https://a'}}\nusers:\n- {name: good}\n"));
        List<TargetDefinition> targets = source(clock, file).targets();
        assertThat(targets).extracting(TargetDefinition::name).containsExactly("main", "good");
        assertThat(refusal(targets.get(0)))
                .isEqualTo("context \"main\" of " + file + " can not be used: "
                        + reason.replace("FOLDER", folder.toString()));
        assertThat(credential(targets.get(1)).authorization()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
            cluster: x, user: u ~ there is no cluster "x"
            cluster: c, user: x ~ there is no user "x"
            user: u ~ it names no cluster
            cluster: 3, user: u ~ context "main": cluster: expected a text; put it in quotes
            """)
    void tellsWhatAContextRefersToInVain(String context, String reason) throws IOException {
        write(file, kubeconfig("", "").replace("cluster: c, user: u", context).replace("current-context: main\n", ""));
        assertThat(refusal(source(clock, file).targets().get(0)))
                .isEqualTo("context \"main\" of " + file + " can not be used: " + reason);
    }
}
