package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads that come to a stop, on several targets at once and as many as one person may have: others are served. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record StalledUploadsIT(ContainerKind kind) {

    /** What one person may have over all targets, when nothing else is written. */
    private static final int SHARE = 160;

    private static final String[] TARGETS = {"up", "kube", "third", "secure"};
    private static final byte[] PIECE = new byte[64 * 1024];

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, made -> made.home().target("third", made.url()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    /** Half of the clients say nothing any more; the others go on, but nobody reads what they say. */
    @Test
    void leaveRoomForOthersAndGiveItBack() throws Exception {
        Semaphore arrived = new Semaphore(0);
        CountDownLatch over = new CountDownLatch(1);
        site.play(connection -> {
            String head = connection.readHead();
            if (!head.contains(" /stalled ")) {
                connection.send(Site.OK);
                return;
            }
            arrived.release();
            if (head.contains("chunked")) {
                connection.readToEnd();
            } else {
                over.await(60, TimeUnit.SECONDS);
            }
        });
        List<RawClient> clients = new ArrayList<>();
        List<String> markers = new ArrayList<>();
        try {
            for (int i = 0; i < SHARE; i++) {
                boolean silent = i / TARGETS.length % 2 == 0;
                RawClient client = site.container().client(i % 3 == 0);
                clients.add(client);
                markers.add(Site.marker());
                String length = silent ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000000";
                String path = "/" + TARGETS[i % TARGETS.length] + "/stalled";
                client.send(Site.head("POST", path, "bob", markers.get(i), length) + "\r\n5\r\nbegun\r\n");
                if (!silent) {
                    sendForEver(client);
                }
            }
            assertThat(arrived.tryAcquire(SHARE, 20, TimeUnit.SECONDS)).isTrue();
            for (String target : TARGETS) {
                String path = "/" + target + "/public/x";
                assertThat(site.get(path, "alice")).as(target).startsWith("HTTP/1.1 200 ");
                String request = Site.head("GET", path, "alice", Site.marker(), "Connection: close") + "\r\n";
                assertThat(site.exchange(true, request)).as(target).startsWith("HTTP/1.1 200 ");
                assertThat(overHttp2(path)).as(target).isEqualTo(200);
                assertThat(site.get(path, "bob")).as(target).startsWith("HTTP/1.1 429 ");
            }
        } finally {
            for (RawClient client : clients) {
                client.reset();
            }
            over.countDown();
        }
        for (String marker : markers) {
            assertThat(site.records().close(marker).end()).isNotEqualTo("complete");
        }
        for (String target : TARGETS) {
            site.awaitStatus("/" + target + "/x", "bob", 200);
        }
    }

    private static int overHttp2(String path) throws Exception {
        return site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https(path)))
                                .header("Authorization", GatehouseHome.basic("alice"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static void sendForEver(RawClient client) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    client.send(PIECE);
                }
            } catch (IOException e) {
                // as it should be
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
