package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request bodies that do not end, and upstreams that do not read them: neither goes on for longer than it may. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UploadIT(ContainerKind kind) {

    private static final byte[] PIECE = new byte[16 * 1024];
    private static final String ENDLESS = "Content-Length: 1000000000000";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, prepared -> {
            String secure = "https://localhost:" + prepared.secureUpstream().port();
            prepared.home()
                    .target("slow", prepared.url(), "kubernetes: true, response-timeout: 1s, connections: 1")
                    .target("secureslow", secure, "kubernetes: true, ca: ca.crt, response-timeout: 1s, connections: 1");
        });
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String head(String target, String marker, String... more) {
        return Site.head("POST", target, "bob", marker, more) + "\r\n";
    }

    /** Sends until the server has enough of it. */
    private static CompletableFuture<Void> sendForEver(RawClient client) {
        return CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    client.send(PIECE);
                }
            } catch (IOException e) {
                // as it should be
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"up,false", "up,true", "kube,false", "secure,false"})
    void endWithTheUser(String target, boolean tls) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        site.play(connection -> {
            connection.readHead();
            connection.readUnrecorded(PIECE.length);
            arrived.countDown();
            try {
                while (connection.readUnrecorded(PIECE.length).length > 0) {
                    // more of it
                }
            } catch (IOException e) {
                // a reset is an end as well
            }
            ended.complete(null);
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(tls)) {
            client.send(head("/" + target + "/x", marker, ENDLESS));
            CompletableFuture<Void> sent = sendForEver(client);
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            site.home().users("alice");
            ended.get(20, TimeUnit.SECONDS);
            sent.get(20, TimeUnit.SECONDS);
            AuditRecords.Line record = site.records().close(marker);
            assertThat(record.end()).contains("the identity is gone");
            assertThat(record.text("completion", "status")).isEqualTo("503");
        } finally {
            site.play(Site::answerOk);
            site.home().users("alice", "bob");
            site.awaitReload();
        }
    }

    /** The upstream is left at once; the client's connection when it speaks, or the container is tired of it. */
    @Test
    void endsWithTheUserAlsoWhenTheClientIsSilent() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        CountDownLatch arrived = new CountDownLatch(1);
        site.play(connection -> {
            connection.readHead();
            connection.readUnrecorded(PIECE.length);
            arrived.countDown();
            connection.readToEnd();
            ended.complete(null);
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(false)) {
            client.send(head("/up/x", marker, "Transfer-Encoding: chunked")).send("4000\r\n");
            client.send(PIECE).send("\r\n");
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            site.home().users("alice");
            ended.get(20, TimeUnit.SECONDS);
            client.send("1\r\nx\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 503 ");
            assertThat(site.records().close(marker).end()).contains("the identity is gone");
        } finally {
            site.play(Site::answerOk);
            site.home().users("alice", "bob");
            site.awaitReload();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slow", "secureslow"})
    void isGivenUpWhenTheUpstreamDoesNotRead(String target) throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        site.play(connection -> {
            connection.readHead();
            over.get(20, TimeUnit.SECONDS);
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(false)) {
            client.send(head("/" + target + "/api", marker, ENDLESS));
            sendForEver(client);
            assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
            AuditRecords.Line record = site.records().close(marker);
            assertThat(record.end()).isEqualTo("target " + target + " did not read the request in time");
            assertThat(record.text("completion", "status")).isEqualTo("504");
        } finally {
            over.complete(null);
        }
        site.play(Site::answerOk);
        site.awaitStatus("/" + target + "/api", "bob", 200); // the one connection is free again
    }

    /** An upstream may say no without reading on; the connection, on which half a request stands, is not used again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isOverWithAnAnswerThatComesBeforeItsEnd(boolean closes) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    "HTTP/1.1 413 No\r\nContent-Length: 2\r\n" + (closes ? "Connection: close\r\n" : "") + "\r\nno");
            connection.endOutput();
            if (!closes) {
                connection.readUnrecorded(PIECE.length);
            }
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(false)) {
            client.send(head("/up/x", marker, ENDLESS));
            sendForEver(client);
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
        }
        assertThat(site.records().close(marker).text("completion", "status")).isEqualTo("413");
        site.play(Site::answerOk);
        assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
    }
}
