package io.gatehouse.plugin.kubernetes;

import static io.gatehouse.plugin.kubernetes.KubernetesTesting.CERTIFICATE;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.KEY;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.START;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.authorization;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.base64;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.credential;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.kubeconfig;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.refusal;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.script;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.source;
import static io.gatehouse.plugin.kubernetes.KubernetesTesting.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.UpstreamCredential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecCredentialTest {

    private static final String V1 = "client.authentication.k8s.io/v1";
    private static final String HEAD = "{\"apiVersion\":\"" + V1 + "\",\"kind\":\"ExecCredential\",\"status\":";

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock(KubernetesTesting.START);
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config");
    }

    private TargetDefinition target(String body, String more) throws IOException {
        return target(body, more, "", Duration.ofSeconds(30));
    }

    private TargetDefinition target(String body, String more, String cluster, Duration timeout) throws IOException {
        script(folder.resolve("helper"), body);
        write(file, kubeconfig(cluster, "exec: {apiVersion: " + V1 + ", command: ./helper" + more + "}"));
        KubeconfigSource source = new KubeconfigSource(
                "clusters", new KubeconfigFiles(List.of(file), false, Optional.empty()), Set.of(), timeout, clock);
        return source.targets().get(0);
    }

    private String message(String message) {
        return "context \"main\" of " + file + ": ./helper " + message;
    }

    private long runs() throws IOException {
        return Files.readAllLines(folder.resolve("runs")).size();
    }

    @Test
    void showsAToken() throws IOException {
        TargetDefinition target = target("""
                test "$1 $2" = "get token" && test "$AS" = alice && test -z "$(cat)" || exit 9
                echo '%s{"token":"of-alice","expirationTimestamp":"2026-01-01T01:30:00+01:00"}}'
                """.formatted(HEAD), ", args: [get, token], env: [{name: AS, value: alice}]");
        assertThat(credential(target))
                .isEqualTo(new UpstreamCredential(
                        Optional.of(Secret.of("Bearer of-alice")),
                        Optional.empty(),
                        Optional.of(START.plus(Duration.ofMinutes(30)))));
    }

    @Test
    void showsAClientCertificate() throws IOException {
        JsonObject status = new JsonObject();
        status.addProperty("clientCertificateData", CERTIFICATE);
        status.addProperty("clientKeyData", KEY);
        write(folder.resolve("answer"), HEAD + status + "}");
        UpstreamCredential credential = credential(target("cat " + folder.resolve("answer"), ""));
        assertThat(credential.authorization()).isEmpty();
        assertThat(credential.clientCertificate())
                .contains(new UpstreamCredential.ClientKey(CERTIFICATE, Secret.of(KEY)));
    }

    @Test
    void takesTheOldVersionAndACommandOfThePath() throws IOException {
        String old = "client.authentication.k8s.io/v1beta1";
        write(
                file,
                kubeconfig(
                        "",
                        "exec: {apiVersion: " + old + ", command: echo, args: ['" + HEAD.replace(V1, old)
                                + "{\"token\":\"old\"}}']}"));
        assertThat(authorization(source(clock, file).targets().get(0))).isEqualTo("Bearer old");
    }

    @Test
    void tellsTheHelperAboutTheCluster() throws IOException {
        String body = "printf %s \"$KUBERNETES_EXEC_INFO\" > " + folder.resolve("info") + "\necho '" + HEAD
                + "{\"token\":\"t\"}}'";
        authorization(target(body, ""));
        assertThat(JsonParser.parseString(Files.readString(folder.resolve("info"))))
                .isEqualTo(JsonParser.parseString("{\"apiVersion\":\"" + V1
                        + "\",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false}}"));
        authorization(target(
                body,
                ", provideClusterInfo: true",
                "tls-server-name: api, certificate-authority-data: " + base64(CERTIFICATE)
                        + ", extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a, n: [1]}}]",
                Duration.ofSeconds(30)));
        assertThat(JsonParser.parseString(Files.readString(folder.resolve("info"))))
                .isEqualTo(JsonParser.parseString("{\"apiVersion\":\"" + V1
                        + "\",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false,\"cluster\":{"
                        + "\"server\":\"https://127.0.0.1:6443\",\"tls-server-name\":\"api\","
                        + "\"certificate-authority-data\":\"" + base64(CERTIFICATE)
                        + "\",\"config\":{\"audience\":\"a\",\"n\":[1]}}}}"));
    }

    @Test
    void runsAgainWhenTheAnswerExpires() throws IOException {
        TargetDefinition target = target("""
                echo run >> %1$s/runs
                echo '%2$s{"token":"t'$(wc -l < %1$s/runs)'","expirationTimestamp":"'$(cat %1$s/expires)'"}}'
                """.formatted(folder, HEAD), "");
        write(folder.resolve("expires"), START.plusSeconds(60).toString());
        assertThat(authorization(target)).isEqualTo("Bearer t1");
        clock.advance(Duration.ofSeconds(59));
        assertThat(authorization(target)).isEqualTo("Bearer t1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(refusal(target))
                .isEqualTo(message("answered with a credential that expired at 2026-01-01T00:01:00Z"));
        write(folder.resolve("expires"), "");
        assertThat(refusal(target)).contains("expired");
        clock.advance(ExecCredential.FAILURE_AGE);
        assertThat(authorization(target)).isEqualTo("Bearer t3");
        assertThat(credential(target).expires()).contains(clock.instant().plus(ExecCredential.UNDATED_AGE));
    }

    @Test
    void keepsTheAnswerWhenOtherThingsChange() throws IOException {
        script(
                folder.resolve("helper"),
                "echo run >> " + folder.resolve("runs") + "\necho '" + HEAD + "{\"token\":\"t\"}}'");
        String text = kubeconfig("", "exec: {apiVersion: " + V1 + ", command: ./helper}");
        KubeconfigSource source = source(clock, write(file, text));
        authorization(source.targets().get(0));
        write(file, text + "preferences: {}\n");
        authorization(source.targets().get(0));
        assertThat(runs()).isOne();
    }

    @Test
    void runsOnceForAllWhoAskAtOnce() throws Exception {
        Path gate = folder.resolve("gate");
        new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
        TargetDefinition target = target("""
                echo run >> %1$s/runs
                read line < %1$s/gate
                echo '%2$s{"token":"t"}}'
                """.formatted(folder, HEAD), "");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> authorization(target)));
            }
            Files.writeString(gate, "open\n");
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("Bearer t");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(runs()).isOne();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            exit 3 ~ ended with exit code 3
            echo STDOUT; echo >&2; echo ' no session, log in ' >&2; echo more >&2; exit 255 ~ ended with exit code 255: no session, log in
            echo "bad token=abcdef for https://al:pw@host and $AS" >&2; exit 1 ~ ended with exit code 1: bad token=*** for https://***@host and ***
            echo 'got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl' >&2; exit 1 ~ ended with exit code 1: got ***
            yes no | head -c 3000000 >&2; exit 1 ~ ended with exit code 1: no
            head -c 2000000 /dev/zero ~ wrote more than 1 MiB
            echo nonsense ~ did not answer with JSON
            echo [ ~ did not answer with JSON
            true ~ did not answer with JSON
            echo '{}' ~ did not answer with an ExecCredential
            echo '{"kind":3}' ~ answered with kind that is not a text
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}' ~ did not answer with apiVersion client.authentication.k8s.io/v1
            echo 'HEAD3}' ~ answered without status
            echo 'HEAD{}}' ~ answered with neither token nor clientCertificateData
            echo 'HEAD{"token":""}}' ~ answered with neither token nor clientCertificateData
            echo 'HEAD{"token":"a b"}}' ~ answered with a token that can not stand in a header
            echo 'HEAD{"clientKeyData":"a"}}' ~ answered with one of clientCertificateData and clientKeyData without the other
            echo 'HEAD{"clientKeyData":"a","clientCertificateData":"b"}}' ~ answered with clientCertificateData that is not PEM
            echo 'HEAD{"token":"a","expirationTimestamp":"soon"}}' ~ answered with an expirationTimestamp that is not a time
            """)
    void tellsWhatIsWrongAndIsNeverAnonymous(String body, String message) throws IOException {
        TargetDefinition target = target(body.replace("HEAD", HEAD), ", env: [{name: AS, value: hidden-value}]");
        String refusal = refusal(target);
        assertThat(refusal).isEqualTo(message(message));
        assertThat(refusal).doesNotContain("STDOUT", "\n");
    }

    @Test
    void endsAHelperThatHangsWithItsChildren() throws IOException {
        TargetDefinition target = target("""
                tail -f /dev/null &
                echo $! > %s/child
                wait
                """.formatted(folder), "", "", Duration.ofMillis(500));
        assertThat(refusal(target)).isEqualTo(message("did not end within 500ms"));
        long child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        ProcessHandle.of(child).ifPresent(handle -> handle.onExit().join());
    }

    @Test
    void tellsThatACommandIsMissing() throws IOException {
        TargetDefinition target = target("", "");
        Files.delete(folder.resolve("helper"));
        assertThat(refusal(target)).isEqualTo(message("could not be started: No such file or directory"));
    }

    @Test
    void canBeInterrupted() throws Exception {
        TargetDefinition target = target("echo $$ > " + folder.resolve("pid") + "\nexec tail -f /dev/null", "");
        Thread thread = Thread.currentThread();
        thread.interrupt();
        assertThat(refusal(target)).isEqualTo(message("was interrupted"));
        assertThat(Thread.interrupted()).isTrue();
    }
}
