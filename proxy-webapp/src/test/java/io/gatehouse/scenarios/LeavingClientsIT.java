package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.JettyEarlyEnd;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that leave in the midst of their answers take nothing from those that stay. A container uses the objects of a
 * request again for the next one, and a thread that still answers a client that has left must not reach into those.
 */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record LeavingClientsIT(ContainerKind kind) {

    private static final int LEAVINGS = 80;
    private static final int STREAMS = 4;
    private static final int WATCHES = 40;
    private static final byte[] PIECE = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes();

    /** By what is spoken to it: the first parts of the paths of an ordinary target and of a cluster. */
    enum Upstream {
        HTTP_1("/up", "/kube"),
        HTTP_2("/two", "/kubetwo");

        private final List<String> endless;
        private final String posts;

        Upstream(String server, String cluster) {
            endless = List.of(server + "/endless", cluster + "/api/v1/pods?watch=1");
            posts = cluster + "/api/v1/namespaces/d/configmaps";
        }
    }

    private static final CapturedLog LOG = new CapturedLog();
    private static Site site;
    private static Http2Upstream http2;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        http2 = Http2Upstream.start();
        http2.play(LeavingClientsIT::answer);
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .target("two", http2.url(), "protocol: h2c")
                        .target("kubetwo", http2.url(), "protocol: h2c, kubernetes: true"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        http2.close();
        LOG.end();
    }

    /** A GET never ends; a POST is answered with its user agent. */
    private static void answer(ScriptedUpstream.Connection connection) throws Exception {
        while (true) {
            String head = connection.readHead();
            if (head.startsWith("GET")) {
                connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true) {
                    connection.send(PIECE);
                }
            }
            connection.read(2);
            String marker = head.replaceAll("(?is).*\r\nuser-agent: ([^\r]*)\r\n.*", "$1");
            connection.send("HTTP/1.1 201 Created\r\nContent-Length: " + marker.length() + "\r\n\r\n" + marker);
        }
    }

    private static void answer(Http2UpstreamCall call) throws Exception {
        if (call.request().getMethod().equals("GET")) {
            call.head(false, ":status", "200", "content-type", "application/json");
            while (true) {
                call.data("x".repeat(0x4000), false);
            }
        }
        call.readToEnd();
        call.head(false, ":status", "201").data(call.field("user-agent").get(0), true);
    }

    /** Leaves several answers of one connection, first by cancelling each of them, or all at once with the connection. */
    private static void leaveHttp2(Upstream upstream, int time) throws IOException {
        try (RawClient client = site.container().http2()) {
            client.send(Http2Frames.opening(1 << 20));
            for (int i = 0; i < STREAMS; i++) {
                client.send(Http2Frames.request(2 * i + 1, endless(upstream.endless.get(i % 2))));
            }
            boolean cancels = time % 2 == 0;
            Http2Frames.read(client, 0x4000 + 0x1000 * (time % 64), cancels ? STREAMS : 0);
            if (cancels) {
                for (int i = 0; i < STREAMS; i++) {
                    client.send(Http2Frames.cancel(2 * i + 1));
                }
                Http2Frames.readToPing(client.send(Http2Frames.ping()));
            } else {
                client.reset();
            }
        }
    }

    private static void leaveHttp1(Upstream upstream, int time) throws IOException {
        try (RawClient client = site.container().client(time % 4 < 2)) {
            client.send(Site.head("GET", upstream.endless.get(time % 2), "bob", "leaves") + "\r\n");
            client.read(0x4000 + 0x1000 * (time % 64));
            client.reset();
        }
    }

    private interface Leaving {
        void leave(Upstream upstream, int time) throws IOException;
    }

    private static Callable<List<String>> leavings(Upstream upstream, Leaving leaving) {
        return () -> {
            for (int time = 0; time < LEAVINGS; time++) {
                try {
                    leaving.leave(upstream, time);
                } catch (IOException e) {
                    throw new IOException("At the " + time + "th time: " + e.getMessage(), e);
                }
            }
            return List.of();
        };
    }

    /** Posts until the others have left; its user agents. */
    private static Callable<List<String>> stay(Upstream upstream, AtomicBoolean on, HttpClient.Version version) {
        return () -> {
            HttpClient client = version == HttpClient.Version.HTTP_2
                    ? site.http2()
                    : HttpClient.newBuilder().version(version).build();
            String url = version == HttpClient.Version.HTTP_2
                    ? site.https(upstream.posts)
                    : "http://localhost:" + site.container().port() + upstream.posts;
            List<String> markers = new ArrayList<>();
            while (on.get()) {
                String marker = Site.marker();
                markers.add(marker);
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("User-Agent", marker)
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(201);
                assertThat(answer.body()).isEqualTo(marker);
            }
            return markers;
        };
    }

    @ParameterizedTest
    @EnumSource
    void disturbNobodyWhoStays(Upstream upstream) throws Exception {
        site.play(LeavingClientsIT::answer);
        AtomicBoolean on = new AtomicBoolean(true);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<String> markers = new ArrayList<>();
        try {
            List<Future<List<String>>> staying = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                staying.add(threads.submit(stay(upstream, on, HttpClient.Version.HTTP_2)));
                staying.add(threads.submit(stay(upstream, on, HttpClient.Version.HTTP_1_1)));
            }
            List<Future<List<String>>> leaving = List.of(
                    threads.submit(leavings(upstream, LeavingClientsIT::leaveHttp2)),
                    threads.submit(leavings(upstream, LeavingClientsIT::leaveHttp2)),
                    threads.submit(leavings(upstream, LeavingClientsIT::leaveHttp1)));
            List<Throwable> failures = new ArrayList<>();
            for (Future<List<String>> one : leaving) {
                try {
                    one.get(120, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    failures.add(e.getCause());
                }
            }
            on.set(false);
            for (Future<List<String>> one : staying) {
                try {
                    markers.addAll(one.get(60, TimeUnit.SECONDS));
                } catch (ExecutionException e) {
                    failures.add(e.getCause());
                }
            }
            assertThat(failures).as(kind + " " + upstream).isEmpty();
        } finally {
            on.set(false);
            threads.shutdownNow();
            site.play(Site::answerOk);
        }
        site.settleRecords();
        Map<String, Long> closed = site.records()
                .text()
                .lines()
                .filter(line -> line.contains("\"close\"") && line.contains("\"POST\""))
                .collect(Collectors.groupingBy(
                        line -> line.replaceAll(".*\"userAgent\":\"([^\"]*)\".*", "$1"), Collectors.counting()));
        assertThat(closed.keySet()).containsAll(markers);
        assertThat(closed.values()).containsOnly(1L);
        assertThat(LOG.count("failed inside Gatehouse")).isZero();
        assertThat(LOG.severe()).isEmpty();
    }

    private static Map<String, String> endless(String path) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(":method", "GET");
        fields.put(":scheme", "https");
        fields.put(":authority", "gate");
        fields.put(":path", path);
        fields.put("authorization", GatehouseHome.basic("bob"));
        return fields;
    }

    private static void awaitData(RawClient client, int stream, String text) throws IOException {
        Http2Frames.Frame frame;
        do {
            frame = Http2Frames.next(client);
            assertThat(frame.type()).as(frame.toString()).isNotEqualTo(Http2Frames.GOAWAY);
        } while (frame.type() != Http2Frames.DATA
                || frame.stream() != stream
                || !new String(frame.payload(), StandardCharsets.US_ASCII).contains(text));
    }

    /** A page with many watches ends one whenever somebody looks at something else: that is no flood of resets. */
    @Test
    void cancelledWatchesDoNotEndTheOthersOfTheirConnection() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        site.play(connection -> {
            String head = connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nfirst\r\n");
            if (head.contains("stays")) {
                cancelled.await();
                connection.send("6\r\nsecond\r\n0\r\n\r\n");
            } else {
                connection.readToEnd();
            }
        });
        try (RawClient client = site.container().http2()) {
            client.send(Http2Frames.opening(1 << 20))
                    .send(Http2Frames.request(1, endless("/kube/api/v1/pods?watch=1&labelSelector=stays")));
            awaitData(client, 1, "first");
            for (int stream = 3; stream <= 2 * WATCHES + 1; stream += 2) {
                client.send(Http2Frames.request(stream, endless("/kube/api/v1/pods?watch=1")));
                awaitData(client, stream, "first");
                client.send(Http2Frames.cancel(stream));
            }
            cancelled.countDown();
            awaitData(client, 1, "second");
        } finally {
            cancelled.countDown();
            site.play(Site::answerOk);
        }
    }

    private static void awaitMicroseconds(int count) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MICROSECONDS.toNanos(count)) {
            Thread.onSpinWait();
        }
    }

    /**
     * At any point between the container's first look at it and our thread's wait for the upstream, which never says
     * anything here: nobody notices later.
     */
    @Test
    void aStreamThatIsCancelledAsSoonAsItIsOpenedLeavesNothing() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.readToEnd();
        });
        String marker = Site.marker();
        Map<String, String> watch = endless("/kube/api/v1/pods?watch=1");
        watch.put("user-agent", marker);
        try {
            for (int time = 0; time < LEAVINGS; time++) {
                try (RawClient client = site.container().http2()) {
                    client.send(Http2Frames.opening(1 << 20));
                    for (int i = 0; i < STREAMS; i++) {
                        client.send(Http2Frames.request(2 * i + 1, watch));
                        awaitMicroseconds(10 * time);
                        client.send(Http2Frames.cancel(2 * i + 1));
                    }
                    Http2Frames.readToPing(client.send(Http2Frames.ping()));
                }
            }
            site.settleRecords();
            site.records().closeAll(marker);
        } finally {
            site.play(Site::answerOk);
        }
        assertThat(LOG.count("failed inside Gatehouse")).isZero();
        assertThat(LOG.severe()).isEmpty();
    }

    /** Whether the container's thread, ours or nobody reads when its client leaves: it is never an upload that is whole. */
    @Test
    void anUploadThatIsCancelledNeverLooksWhole() throws Exception {
        List<ScriptedUpstream.Connection> uploads = new CopyOnWriteArrayList<>();
        site.play(connection -> {
            uploads.add(connection);
            connection.readToEnd();
        });
        String marker = Site.marker();
        Map<String, String> upload = endless("/kube/api/v1/namespaces/d/configmaps");
        upload.put(":method", "POST");
        upload.put("user-agent", marker);
        try {
            for (int time = 0; time < LEAVINGS; time++) {
                try (RawClient client = site.container().http2()) {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    all.writeBytes(Http2Frames.opening(1 << 20));
                    all.writeBytes(Http2Frames.request(1, upload, false));
                    all.writeBytes(Http2Frames.data(1, "body".getBytes(StandardCharsets.US_ASCII)));
                    client.send(all.toByteArray());
                    awaitMicroseconds(20 * time);
                    Http2Frames.readToPing(client.send(Http2Frames.cancel(1)).send(Http2Frames.ping()));
                }
            }
            site.settleRecords();
        } finally {
            site.play(Site::answerOk);
        }
        List<String> received = uploads.stream()
                .map(ScriptedUpstream.Connection::received)
                .filter(text -> text.contains("\r\n\r\n")) // a connection may have been left before a head was sent
                .toList();
        assertThat(received)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text)
                        .contains("\r\nTransfer-Encoding: chunked\r\n")
                        .doesNotContain("\r\n0\r\n"));
    }

    /** The container's objects of the request are another's from then on. */
    @Test
    void aRequestThatJettyEndsByItselfIsLetGo() throws Exception {
        assumeThat(kind.isJetty()).isTrue();
        site.play(connection -> {
            connection.readHead();
            connection.readToEnd();
        });
        String marker = Site.marker();
        try {
            String watch = Site.head(
                    "GET",
                    "/kube/api/v1/pods?watch=1",
                    "bob",
                    marker,
                    JettyEarlyEnd.HEADER + ": 1",
                    "Connection: close");
            assertThat(site.exchange(false, watch + "\r\n")).startsWith("HTTP/1.1 500 ");
            assertThat(site.records().close(marker).end()).isEqualTo("the client left");
        } finally {
            site.play(Site::answerOk);
        }
        assertThat(LOG.count("failed inside Gatehouse")).isZero();
    }
}
