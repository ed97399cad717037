package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that are away, slow, broken, full or wrong, and clients that leave, on every container. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UpstreamFailureIT(ContainerKind kind) {

    private static final String WATCH = "/api/v1/namespaces/d/pods?watch=1";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    private static final AtomicInteger CHANGES = new AtomicInteger();

    private static Site site;
    private static ScriptedUpstream secure;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        TestCertificates certificates = TestCertificates.create();
        secure = ScriptedUpstream.tls(certificates.serverContext(), Site::answerOk);
        site = Site.start(kind, prepared -> {
            String https = "https://localhost:" + secure.port();
            prepared.home()
                    .certificate("right.crt", certificates.authority())
                    .target("away", "http://127.0.0.1:1", "kubernetes: true")
                    .target("nowhere", "http://no-such-host.invalid", "kubernetes: true")
                    .target("right", https, "kubernetes: true, ca: right.crt")
                    .target("stranger", https, "kubernetes: true, ca: ca.crt")
                    .target("misnamed", https, "kubernetes: true, ca: right.crt, tls-server-name: other.example")
                    .target("public", https, "kubernetes: true")
                    .target("clear", prepared.url().replace("http:", "https:"), "kubernetes: true, ca: right.crt")
                    .target("slow", prepared.url(), "kubernetes: true, response-timeout: 1s, connections: 1")
                    .target("small", prepared.url(), "kubernetes: true, connections: 1, streams-per-user: 2");
        });
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        secure.close();
    }

    private static String request(String method, String target, String user, String marker, String... more) {
        return Site.head(method, target, user, marker, more) + "\r\n";
    }

    /** A Kubernetes client gets a Status, which names the target and no address; the record has the same status. */
    private static void failsWith(int status, String target) throws Exception {
        String marker = Site.marker();
        String path = "/" + target + "/api/v1/namespaces/d/pods";
        assertThat(site.exchange(false, request("GET", path, "bob", marker, "Connection: close")))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\"kind\":\"Status\"", "target " + target)
                .doesNotContain("127.0.0.1", "localhost", "invalid", "Exception");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("allow");
        assertThat(record.text("completion", "status")).isEqualTo(Integer.toString(status));
        assertThat(record.end()).contains("target " + target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"away", "nowhere", "stranger", "misnamed", "public", "clear"})
    void saysThatATargetCanNotBeReached(String target) throws Exception {
        site.play(connection -> connection.read(1)); // no TLS
        int before = secure.connections().stream()
                .mapToInt(c -> c.received().length())
                .sum();
        failsWith(502, target);
        assertThat(secure.connections().stream()
                        .mapToInt(c -> c.received().length())
                        .sum())
                .isEqualTo(before);
    }

    @Test
    void trustsTheRightCertificate() throws Exception {
        assertThat(site.get("/right/x", "bob")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void saysThatATargetTakesTooLong() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.readToEnd();
        });
        failsWith(504, "slow");
    }

    @Test
    void saysThatAHeadTakesTooLong() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nX-Slow: ");
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                connection.send("x");
            }
        });
        try {
            failsWith(504, "slow");
        } finally {
            over.countDown();
        }
        site.play(Site::answerOk);
        assertThat(site.get("/slow/x", "bob")).startsWith("HTTP/1.1 200 "); // the one connection is free again
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "close", "half", "garbage", "line", "fields"})
    void saysThatAnAnswerIsNone(String way) throws Exception {
        site.play(connection -> {
            connection.readHead();
            switch (way) {
                case "reset" -> connection.reset();
                case "half" -> connection.send("HTTP/1.1 200 OK\r\nContent-Le");
                case "garbage" -> connection.send("\u0015\u0003\u0003\u0000\u0002\u0002(\r\n".repeat(2_000));
                case "line" -> connection.send("HTTP/1.1 200 OK\r\nX-Huge: " + "x".repeat(1_000_000) + "\r\n\r\n");
                case "fields" -> connection.send("HTTP/1.1 200 OK\r\n" + "X-A: b\r\n".repeat(10_000) + "\r\n");
                default -> {}
            }
        });
        failsWith(502, "kube");
    }

    @ParameterizedTest
    @CsvSource({
        "up,false,false",
        "up,false,true",
        "up,true,false",
        "up,true,true",
        "kube,false,false",
        "kube,false,true",
        "kube,true,false",
        "kube,true,true"
    })
    void letsNoBrokenAnswerLookComplete(String target, boolean chunked, boolean reset) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    chunked
                            ? CHUNKED + "64\r\n" + "x".repeat(50)
                            : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(50));
            if (reset) {
                connection.reset();
            }
        });
        String marker = Site.marker();
        for (boolean tls : new boolean[] {false, true}) {
            assertThat(site.exchange(tls, request("GET", "/" + target + WATCH, "bob", marker)))
                    .doesNotContain("\r\n0\r\n")
                    .doesNotContain("x".repeat(51));
        }
        assertThat(site.records().close(marker).end()).contains("broke off");
        HttpRequest request = HttpRequest.newBuilder(URI.create(site.https("/" + target + WATCH)))
                .header("Authorization", GatehouseHome.basic("bob"))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                site.http2().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        boolean failed = answer.handle((got, failure) -> failure != null || got.statusCode() == 502)
                .get(20, TimeUnit.SECONDS);
        assertThat(failed).isTrue();
    }

    /** The upstream closes each connection after its answer without a word. */
    @Test
    void findsItsWayRoundClosedConnections() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        for (int i = 0; i < 50; i++) {
            assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void sendsNothingTwiceThatChangesSomething(String method) throws Exception {
        int before = CHANGES.get();
        // A connection that is given back late, on a slow machine, is used by the next test: it must tell it no lies.
        site.play(connection -> {
            String head = connection.readHead();
            if (head.startsWith("GET")) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                head = connection.readHead();
            }
            if (!head.startsWith("GET")) {
                CHANGES.incrementAndGet();
            }
            // and closes without a word
        });
        assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(site.exchange(
                        false,
                        request(method, "/up/x", "bob", Site.marker(), "Content-Length: 0", "Connection: close")))
                .startsWith("HTTP/1.1 502 ");
        assertThat(CHANGES).hasValue(before + 1);
    }

    @ParameterizedTest
    @CsvSource({"up,false", "kube,false", "kube,true", "secure,false"})
    void endsTheUpstreamsAnswerWhenTheClientHasLeft(String target, boolean tls) throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        CountDownLatch left = new CountDownLatch(1);
        site.play(connection -> {
            connection.readHead();
            connection.send(CHUNKED + "5\r\nevent\r\n");
            left.await(20, TimeUnit.SECONDS);
            String event = "2000\r\n" + "e".repeat(0x2000) + "\r\n";
            try {
                for (int i = 0; i < 100_000; i++) {
                    connection.send(event);
                }
                ended.complete(false);
            } catch (IOException e) {
                ended.complete(true);
            }
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(tls)) {
            client.send(request("GET", "/" + target + WATCH, "bob", marker)).readHead();
            assertThat(client.readChunk()).hasSize(5);
            client.reset();
        }
        left.countDown();
        assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.end()).contains("the client left");
        assertThat(record.text("completion", "status")).isEqualTo("200");
    }

    @Test
    void waitsForAConnectionAndSaysWhenThereIsNone() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        site.play(connection -> {
            connection.readHead();
            asked.countDown();
            answered.await(20, TimeUnit.SECONDS);
            connection.send(Site.OK);
        });
        try (RawClient first = site.container().client(false)) {
            first.send(request("GET", "/small/x", "bob", Site.marker()));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            failsWith(503, "small");
            answered.countDown();
            assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
        }
        site.play(Site::answerOk);
        assertThat(site.get("/small/x", "bob")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void keepsStreamsInBoundsAndOutOfTheWayOfOthers() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        site.play(connection -> {
            if (connection.readHead().contains("watch=1")) {
                connection.send(CHUNKED);
                over.await(20, TimeUnit.SECONDS);
                connection.send("0\r\n\r\n");
            } else {
                connection.send(Site.OK);
            }
        });
        String marker = Site.marker();
        try (RawClient one = site.container().client(false);
                RawClient two = site.container().client(false);
                RawClient other = site.container().client(false)) {
            one.send(request("GET", "/small" + WATCH, "bob", Site.marker())).readHead();
            two.send(request("GET", "/small" + WATCH, "bob", Site.marker())).readHead();
            assertThat(site.exchange(false, request("GET", "/small" + WATCH, "bob", marker, "Connection: close")))
                    .startsWith("HTTP/1.1 429 ");
            assertThat(site.records().close(marker).text("completion", "status"))
                    .isEqualTo("429");
            assertThat(other.send(request("GET", "/small" + WATCH, "alice", Site.marker()))
                            .readHead())
                    .startsWith("HTTP/1.1 200 ");
            assertThat(site.get("/small/api/v1/namespaces/d/pods", "bob")).startsWith("HTTP/1.1 200 ");
            over.countDown();
            assertThat(one.readChunk()).isEmpty();
            assertThat(two.readChunk()).isEmpty();
            assertThat(other.readChunk()).isEmpty();
        }
        site.awaitStatus("/small" + WATCH, "bob", 200);
    }
}
