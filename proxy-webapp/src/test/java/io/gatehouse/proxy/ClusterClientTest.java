package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.UpstreamCredential;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterClientTest {

    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private final UpstreamClients clients = new UpstreamClients(Duration.ofHours(1));
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile ScriptedUpstream.Script script;
    private ScriptedUpstream upstream;
    private Target target;

    @BeforeEach
    void start() throws Exception {
        upstream = ScriptedUpstream.plain(connection -> script.play(connection));
        target = target("kube", true);
    }

    private Target target(String name, boolean kubernetes) {
        TargetCredential token =
                () -> new UpstreamCredential(Optional.of(Secret.of("Bearer ours")), Optional.empty(), Optional.empty());
        return new Target(
                new TargetDefinition(
                        name,
                        URI.create("http://127.0.0.1:" + upstream.port() + "/base"),
                        kubernetes,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        token,
                        ""),
                new TargetLimits(64, 64, 1, 1, Duration.ofSeconds(10), Duration.ofSeconds(60), 0, 1),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        clients.retainOnly(List.of());
        deadlines.shutdownNow();
        upstream.close();
    }

    private ClusterClient client(Duration patience) {
        return new ClusterClient(
                clients,
                name -> Optional.of(target).filter(found -> found.name().equals(name)),
                deadlines,
                patience);
    }

    private void answers(String answer) {
        script = connection -> {
            readRequest(connection);
            connection.send(answer);
        };
    }

    /** With its body: closing a connection that has unread bytes resets it. */
    private void readRequest(ScriptedUpstream.Connection connection) throws IOException {
        String head = connection.readHead();
        heads.add(head);
        Matcher length = Pattern.compile("Content-Length: ([0-9]+)").matcher(head);
        assertThat(length.find()).isTrue();
        connection.read(Integer.parseInt(length.group(1)));
    }

    private void fails(ClusterClient client, String message) {
        assertThatExceptionOfType(ClusterUnavailableException.class)
                .isThrownBy(() -> client.post("kube", PATH, "{}"))
                .withMessage(message);
    }

    @Test
    void postsWithTheTargetsOwnCredential() throws Exception {
        answers("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        ClusterCalls.Answer answer = client(Duration.ofSeconds(60)).post("kube", PATH, "{\"kind\":1}");
        assertThat(answer).isEqualTo(new ClusterCalls.Answer(201, "{}"));
        assertThat(heads.get(0))
                .startsWith("POST /base" + PATH + " HTTP/1.1\r\n")
                .contains("Host: 127.0.0.1:" + upstream.port() + "\r\n")
                .contains("Authorization: Bearer ours\r\n")
                .contains("Content-Type: application/json\r\n")
                .contains("Content-Length: 10\r\n");
    }

    @Test
    void handsOverWhateverStatusComes() throws Exception {
        answers("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops");
        assertThat(client(Duration.ofSeconds(60)).post("kube", PATH, "{}"))
                .isEqualTo(new ClusterCalls.Answer(500, "oops"));
    }

    @Test
    void knowsKubernetesTargetsOnly() {
        assertThatExceptionOfType(ClusterUnavailableException.class)
                .isThrownBy(() -> client(Duration.ofSeconds(60)).post("other", PATH, "{}"))
                .withMessage("there is no Kubernetes target \"other\"");
        target = target("kube", false);
        fails(client(Duration.ofSeconds(60)), "there is no Kubernetes target \"kube\"");
    }

    @Test
    void refusesAnAnswerThatIsTooLarge() {
        answers("HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n" + "x".repeat(1024 * 1024 + 1));
        fails(client(Duration.ofSeconds(60)), "the answer is larger than 1048576 bytes");
    }

    @Test
    void givesUpOnACallThatTakesTooLong() {
        script = connection -> {
            readRequest(connection);
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{");
            connection.readToEnd();
        };
        fails(client(Duration.ofMillis(300)), "a call to target kube took longer than 0 seconds");
    }

    @Test
    void leavesConnectionsForPeople() throws Exception {
        CountDownLatch asked = new CountDownLatch(ClusterClient.CALLS);
        CountDownLatch goOn = new CountDownLatch(1);
        script = connection -> {
            readRequest(connection);
            asked.countDown();
            goOn.await();
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        };
        ClusterClient client = client(Duration.ofSeconds(60));
        ExecutorService callers = Executors.newCachedThreadPool();
        List<Future<ClusterCalls.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < ClusterClient.CALLS; i++) {
            answers.add(callers.submit(() -> client.post("kube", PATH, "{}")));
        }
        asked.await();
        fails(client, "32 calls to target kube are under way");
        goOn.countDown();
        for (Future<ClusterCalls.Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(201);
        }
        callers.shutdown();
        assertThat(client.post("kube", PATH, "{}").status()).isEqualTo(201);
    }
}
