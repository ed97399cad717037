package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.UnixRelay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that listens on a unix socket. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UnixUpstreamIT(ContainerKind kind) {

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    private static final CapturedLog LOG = new CapturedLog();

    private static Site site;
    private static UnixRelay relay;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        site = Site.start(kind, UnixUpstreamIT::prepare);
    }

    private static void prepare(Site prepared) throws IOException {
        relay = UnixRelay.to(prepared.upstream().port());
        String url = "unix:" + relay.file();
        prepared.home()
                .target("app", url)
                .target("cluster", url, "kubernetes: true")
                .target("slow", url, "response-timeout: 1s")
                .target("gone", url + ".gone", "kubernetes: true");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        relay.close();
        LOG.end();
    }

    @Test
    void isAskedByNameOfThisMachine() throws Exception {
        site.play(connection -> {
            while (true) {
                connection.readHead();
                connection.send("HTTP/1.1 302 Found\r\nLocation: http://localhost/next\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        int before = site.upstream().connections().size();
        for (int i = 0; i < 3; i++) {
            String marker = Site.marker();
            String request = Site.head("GET", "/app/a?b=c", "bob", marker, "Connection: close") + "\r\n";
            assertThat(site.exchange(false, request))
                    .startsWith("HTTP/1.1 302 ")
                    .containsIgnoringCase("location: /app/next\r\n")
                    .endsWith("ok");
            site.records().close(marker); // the connection is given back by then, which its client does not wait for
        }
        assertThat(site.upstream().connections()).hasSize(before + 1);
        assertThat(site.upstream().connections().get(before).received())
                .startsWith("GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n");
    }

    @Test
    void showsEachEventOfAWatchAtOnce() throws Exception {
        Semaphore seen = new Semaphore(0);
        site.play(connection -> {
            connection.readHead();
            connection.send(CHUNKED);
            for (int i = 0; i < 10; i++) {
                assertThat(seen.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                connection.send("6\r\nevent" + i + "\r\n");
            }
            connection.send("0\r\n\r\n");
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/cluster/api/v1/pods?watch=1", "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            for (int i = 0; i < 10; i++) {
                seen.release();
                assertThat(client.readChunk()).asString().isEqualTo("event" + i);
            }
            assertThat(client.readChunk()).isEmpty();
        }
    }

    @Test
    void carriesLargeBodiesBothWays() throws Exception {
        int length = 5_000_000;
        site.play(connection -> {
            connection.readHead();
            byte[] body = connection.readUnrecorded(length);
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
            connection.send(body);
        });
        String body = "0123456789".repeat(length / 10);
        String answer = site.exchange(
                false,
                Site.head("POST", "/app/x", "bob", Site.marker(), "Content-Length: " + length, "Connection: close")
                        + "\r\n" + body);
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void switchesProtocols(boolean tls) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello");
            connection.echo();
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(tls)) {
            client.send(Site.head(
                            "GET",
                            "/app/socket",
                            "bob",
                            marker,
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                    + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readText(5)).isEqualTo("hello");
            for (int length : new int[] {1, 1_000, 300_000}) {
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                    try {
                        client.send("x".repeat(length));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(client.readText(length)).isEqualTo("x".repeat(length));
                sent.get(20, TimeUnit.SECONDS);
            }
        }
        site.lastConnection();
        assertThat(site.records().close(marker).text("completion", "status")).isEqualTo("101");
    }

    @Test
    void saysWhyItCanNotBeReached() throws Exception {
        assertThat(site.get("/gone/api/v1/pods", "bob"))
                .startsWith("HTTP/1.1 502 ")
                .contains("target gone can not be reached")
                .doesNotContain(".gone");
        Path file = Path.of(relay.file() + ".gone");
        assertThat(LOG.text())
                .contains("target gone can not be reached (java.net.ConnectException: " + file + ": No such");
        String upgrade = site.exchange(
                false,
                Site.head("GET", "/gone/x", "bob", Site.marker(), "Connection: Upgrade", "Upgrade: websocket")
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(upgrade).startsWith("HTTP/1.1 502 ").contains("target gone can not be reached");
    }

    @Test
    void isNotWaitedForTooLong() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.stall();
        });
        assertThat(site.get("/slow/x", "bob")).startsWith("HTTP/1.1 504 ").contains("did not answer in time");
        try (RawClient client = site.container().client(false)) {
            String marker = Site.marker();
            client.send(Site.head("POST", "/slow/x", "bob", marker, "Content-Length: 1000000000") + "\r\n");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        client.send(new byte[16 * 1024]);
                    }
                } catch (IOException e) {
                    // as it should be
                }
            });
            assertThat(site.records().close(marker).end()).isEqualTo("target slow did not read the request in time");
            sent.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void letsNoBrokenAnswerLookComplete() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(CHUNKED + "64\r\n" + "x".repeat(50));
        });
        String marker = Site.marker();
        assertThat(site.exchange(false, Site.head("GET", "/app/x", "bob", marker) + "\r\n"))
                .doesNotContain("\r\n0\r\n");
        assertThat(site.records().close(marker).end()).contains("broke off");
    }

    @Test
    void learnsThatTheClientHasLeft() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        site.play(connection -> {
            connection.readHead();
            connection.send(CHUNKED);
            try {
                while (true) {
                    connection.send("2000\r\n" + "e".repeat(0x2000) + "\r\n");
                }
            } catch (IOException e) {
                ended.complete(null);
            }
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/cluster/api/v1/pods?watch=1", "bob", Site.marker()) + "\r\n");
            client.readHead();
            client.reset();
        }
        ended.get(20, TimeUnit.SECONDS);
    }
}
