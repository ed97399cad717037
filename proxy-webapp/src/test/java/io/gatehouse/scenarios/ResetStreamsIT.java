package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.RawClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client resets is over, whatever of it is still under way, and even when its container does not say so. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ResetStreamsIT(ContainerKind kind) {

    private static final int TIMES = 10;
    private static final int UPLOADS = 80;
    private static final byte[] PIECE = "piece".getBytes(StandardCharsets.US_ASCII);

    /** What a client has begun, and nobody answers. */
    enum Exchange {
        WATCH("GET", "/kube/api/v1/pods?watch=1", true),
        WATCH_OVER_HTTP_2("GET", "/kubetwo/api/v1/pods?watch=1", true),
        UPLOAD("POST", "/kube/api/v1/namespaces/d/configmaps", false),
        UPLOAD_OVER_HTTP_2("POST", "/kubetwo/api/v1/namespaces/d/configmaps", false);

        private final String method;
        private final String path;
        private final boolean whole;

        Exchange(String method, String path, boolean whole) {
            this.method = method;
            this.path = path;
            this.whole = whole;
        }

        private byte[] request(String marker) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put(":method", method);
            fields.put(":scheme", "https");
            fields.put(":authority", "gate");
            fields.put(":path", path);
            fields.put("authorization", GatehouseHome.basic("bob"));
            fields.put("user-agent", marker);
            byte[] head = Http2Frames.request(1, fields, whole);
            return whole ? head : joined(head, Http2Frames.data(1, PIECE));
        }
    }

    private static Site site;
    private static Http2Upstream http2;

    private static final Semaphore BEGAN = new Semaphore(0);
    private static final Semaphore LEFT = new Semaphore(0);

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        http2 = Http2Upstream.start();
        site = Site.start(
                kind, prepared -> prepared.home().target("kubetwo", http2.url(), "protocol: h2c, kubernetes: true"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        http2.close();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void await(Semaphore event) throws InterruptedException {
        assertThat(event.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void silence() {
        site.play(connection -> {
            connection.readHead();
            BEGAN.release();
            connection.readToEnd();
            LEFT.release();
        });
        http2.play(call -> {
            BEGAN.release();
            call.awaitReset();
            LEFT.release();
        });
    }

    /** Tomcat forgets the stream with the piece that comes behind its end, before it has told anybody of that. */
    @ParameterizedTest
    @EnumSource
    void whatComesBehindItsEndDoesNotKeepAStream(Exchange exchange) throws Exception {
        silence();
        List<String> markers = Stream.generate(Site::marker).limit(TIMES).toList();
        try {
            for (String marker : markers) {
                leave(exchange.request(marker));
            }
        } finally {
            site.play(Site::answerOk);
        }
        for (String marker : markers) {
            assertThat(site.records().close(marker).end()).isIn("the client left", "the request body broke off");
        }
    }

    private static void leave(byte[] request) throws Exception {
        try (RawClient client = site.container().http2()) {
            Http2Frames.readToPing(client.send(Http2Frames.opening(1 << 20)).send(Http2Frames.ping()));
            client.send(request);
            await(BEGAN);
            client.send(joined(Http2Frames.cancel(1), Http2Frames.data(1, PIECE)));
            await(LEFT);
        }
    }

    /** Tomcat keeps a list of all that waits for an answer, and takes from it what has ended as it should. */
    @Test
    void tomcatKeepsNothingOfThem() throws Exception {
        assumeThat(kind.isJetty()).isFalse();
        silence();
        try {
            for (int time = 0; time < TIMES; time++) {
                leave(Exchange.WATCH.request(Site.marker()));
            }
        } finally {
            site.play(Site::answerOk);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (site.container().waiting() > 0) {
            assertThat(System.nanoTime())
                    .as(site.container().waiting() + " wait")
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Whether our thread, the container's or nobody reads when its client leaves. */
    @Test
    void anUploadThatIsResetNeverLooksWhole() throws Exception {
        AtomicInteger whole = new AtomicInteger();
        http2.play(call -> {
            call.readToEnd();
            whole.incrementAndGet();
        });
        String marker = Site.marker();
        int before = http2.calls().size();
        for (int time = 0; time < UPLOADS; time++) {
            try (RawClient client = site.container().http2()) {
                client.send(joined(Http2Frames.opening(1 << 20), Exchange.UPLOAD_OVER_HTTP_2.request(marker)));
                awaitMicroseconds(20 * time);
                Http2Frames.readToPing(client.send(Http2Frames.cancel(1)).send(Http2Frames.ping()));
            }
        }
        site.settleRecords();
        site.records().closeAll(marker);
        List<Http2UpstreamCall> uploads =
                http2.calls().subList(before, http2.calls().size());
        assertThat(uploads).isNotEmpty();
        for (Http2UpstreamCall upload : uploads) {
            upload.awaitReset();
        }
        assertThat(whole).hasValue(0);
    }

    private static void awaitMicroseconds(int count) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TimeUnit.MICROSECONDS.toNanos(count)) {
            Thread.onSpinWait();
        }
    }
}
