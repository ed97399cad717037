package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is held back: the upstream says the next thing only when the client has seen the one before. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record FlushIT(ContainerKind kind) {

    private static final String WATCH = "/api/v1/namespaces/d/pods?watch=1";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static void await(Semaphore seen) throws InterruptedException {
        if (!seen.tryAcquire(20, TimeUnit.SECONDS)) {
            throw new AssertionError("The client has not seen the event");
        }
    }

    private static String request(String target) {
        return Site.head("GET", target, "bob", Site.marker()) + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({"up,false", "up,true", "kube,false", "kube,true", "secure,false", "secure,true"})
    void showsTheHeadBeforeTheBodyBegins(String target, boolean tls) throws Exception {
        for (String framing : new String[] {"Transfer-Encoding: chunked", "Content-Length: 4", "Connection: close"}) {
            Semaphore seen = new Semaphore(0);
            site.play(connection -> {
                connection.readHead();
                connection.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                await(seen);
                connection.send(framing.endsWith("chunked") ? "4\r\nbody\r\n0\r\n\r\n" : "body");
            });
            try (RawClient client = site.container().client(tls)) {
                client.send(request("/" + target + WATCH));
                assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
                seen.release();
                assertThat(framing.startsWith("Content-Length") ? client.read(4) : client.readChunk())
                        .isEqualTo("body".getBytes());
            }
        }
    }

    /** Also without a watch in the query: what a web server streams is a stream. */
    @ParameterizedTest
    @CsvSource({
        "up,/events,false", "up,/events,true",
        "kube,/api/v1/namespaces/d/pods?watch=1,false", "kube,/api/v1/namespaces/d/pods?watch=1,true",
        "kube,/api/v1/namespaces/d/pods/p/log?follow=1,false", "secure,/api/v1/namespaces/d/pods?watch=1,false",
        "secure,/api/v1/namespaces/d/pods?watch=1,true", "secure,/api/v1/namespaces/d/pods,false"
    })
    void showsEachEventBeforeTheNextIsSent(String target, String path, boolean tls) throws Exception {
        Semaphore seen = new Semaphore(0);
        site.play(
                connection -> sendEvents(connection, seen, new int[] {1, 2, 3, 17, 4090, 4091, 8190, 16_384, 50_000}));
        try (RawClient client = site.container().client(tls)) {
            client.send(request("/" + target + path)).readHead();
            for (int size : new int[] {1, 2, 3, 17, 4090, 4091, 8190, 16_384, 50_000}) {
                for (int got = 0; got < size; ) {
                    got += client.readChunk().length;
                }
                seen.release();
            }
            assertThat(client.readChunk()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "kube", "secure"})
    void showsEachEventBeforeTheNextIsSentOverHttp2(String target) throws Exception {
        int[] sizes = {1, 2, 3, 17, 4090, 4091, 8190, 16_384, 50_000};
        Semaphore seen = new Semaphore(0);
        site.play(connection -> sendEvents(connection, seen, sizes));
        HttpResponse<InputStream> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/" + target + WATCH)))
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        for (int size : sizes) {
            assertThat(answer.body().readNBytes(size)).hasSize(size);
            seen.release();
        }
        assertThat(answer.body().read()).isNegative();
    }

    private static void sendEvents(ScriptedUpstream.Connection connection, Semaphore seen, int[] sizes)
            throws Exception {
        connection.readHead();
        connection.send(CHUNKED);
        for (int size : sizes) {
            connection.send(Integer.toHexString(size) + "\r\n" + "e".repeat(size) + "\r\n");
            await(seen);
        }
        connection.send("0\r\n\r\n");
    }

    /** However the bytes of an event fall into packets or TLS records, and its line end with them. */
    @ParameterizedTest
    @CsvSource({"kube,1", "kube,2", "kube,3", "secure,1", "secure,2", "secure,3", "secure,4", "secure,7"})
    void showsAnEventThatComesInPieces(String target, int tail) throws Exception {
        for (int size : new int[] {10, 2048, 4090, 8192, 16_300}) {
            Semaphore seen = new Semaphore(0);
            byte[] event = (Integer.toHexString(size) + "\r\n" + "e".repeat(size) + "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            site.play(connection -> {
                connection.readHead();
                connection.send(CHUNKED);
                for (int i = 0; i < 3; i++) {
                    connection.send(java.util.Arrays.copyOf(event, event.length - tail));
                    connection.send(java.util.Arrays.copyOfRange(event, event.length - tail, event.length));
                    await(seen);
                }
                connection.send("0\r\n\r\n");
            });
            try (RawClient client = site.container().client(false)) {
                client.send(request("/" + target + WATCH)).readHead();
                for (int i = 0; i < 3; i++) {
                    ByteArrayOutputStream got = new ByteArrayOutputStream();
                    while (got.size() < size) {
                        got.write(client.readChunk());
                    }
                    assertThat(got.size()).isEqualTo(size);
                    seen.release();
                }
            }
        }
    }
}
