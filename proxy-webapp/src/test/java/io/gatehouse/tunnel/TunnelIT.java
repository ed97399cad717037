package io.gatehouse.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bytes, ends and bounds do in an open tunnel, on every container, in clear and over TLS (both legs). */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record TunnelIT(ContainerKind kind) {
    private static TunnelApplication application;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        application = TunnelApplication.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void echoes(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, echo());
                RawClient client = application.open(tls, upstream, "echo")) {
            client.send("first").send("second");
            assertThat(client.readText(11)).isEqualTo("firstsecond");
            client.endOutput();
            client.readToEnd();
            assertThat(application.end("echo")).startsWith("CLIENT_CLOSED 11 11");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatTheClientSendsWithItsHead(boolean tls) throws Exception {
        String early = "e".repeat(40_000);
        try (ScriptedUpstream upstream = application.upstream(tls, echo());
                RawClient client = application.container().client(tls)) {
            client.send(application.head(tls, upstream, "early") + early);
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readText(early.length())).isEqualTo(early);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatTheUpstreamSendsWithIts101(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH + "hello");
                    connection.readToEnd();
                });
                RawClient client = application.open(tls, upstream, "first")) {
            assertThat(client.readText(5)).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersInterimBefore101(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + TunnelApplication.SWITCH + "x");
                    connection.readToEnd();
                });
                RawClient client = application.open(tls, upstream, "interim")) {
            assertThat(client.readText(1)).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void switchesToSpdyByPost(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 101 Switching Protocols\r\nX-Stream-Protocol-Version: v4\r\n"
                            + "Upgrade: SPDY/3.1\r\nConnection: Upgrade\r\n\r\n");
                    connection.echo();
                });
                RawClient client = application.container().client(tls)) {
            client.send("POST /stream HTTP/1.1\r\nHost: gate\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + "Content-Length: 0\r\n" + application.wiring(tls, upstream, "spdy") + "\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("\r\nUpgrade: SPDY/3.1\r\n")
                    .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
                    .containsIgnoringCase("\r\nX-Stream-Protocol-Version: v4\r\n");
            assertThat(client.send("ping").readText(4)).isEqualTo("ping");
            assertThat(upstream.next().received()).startsWith("POST /stream HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesTenMegabytesBothWaysAtOnce(boolean tls) throws Exception {
        byte[] up = random(10_000_000, 1);
        byte[] down = random(10_000_000, 2);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    CompletableFuture<Void> sender = TunnelApplication.async(() -> connection.send(down));
                    arrived.complete(connection.read(up.length));
                    sender.get(20, TimeUnit.SECONDS);
                    connection.readToEnd();
                });
                RawClient client = application.open(tls, upstream, "large")) {
            CompletableFuture<Void> sender = TunnelApplication.async(() -> client.send(up));
            assertThat(Arrays.equals(client.read(down.length), down)).isTrue();
            assertThat(Arrays.equals(arrived.get(20, TimeUnit.SECONDS), up)).isTrue();
            sender.get(20, TimeUnit.SECONDS);
            client.close();
            assertThat(application.end("large")).startsWith("CLIENT_CLOSED 10000000 10000000");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesSingleBytes(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, echo());
                RawClient client = application.open(tls, upstream, "bytes")) {
            for (int i = 0; i < 500; i++) {
                assertThat(client.send(new byte[] {(byte) i}).read(1)[0]).isEqualTo((byte) i);
            }
        }
    }

    /** 64 MB: far more than all socket buffers on the way hold. */
    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void slowsTheWriterDownWhenTheReaderWaits(boolean tls, boolean fromClient) throws Exception {
        int pieces = 1000;
        byte[] piece = random(64_000, 3);
        AtomicLong sent = new AtomicLong();
        CompletableFuture<Void> read = new CompletableFuture<>();
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    for (int i = 0; i < pieces && !fromClient; i++) {
                        connection.send(piece);
                        sent.addAndGet(piece.length);
                    }
                    if (fromClient) {
                        read.get(20, TimeUnit.SECONDS);
                        boolean equal = true;
                        for (int i = 0; i < pieces; i++) {
                            equal &= Arrays.equals(connection.read(piece.length), piece);
                        }
                        same.complete(equal);
                    }
                    connection.readToEnd();
                });
                RawClient client = application.open(tls, upstream, "slow")) {
            CompletableFuture<Void> sender = TunnelApplication.async(() -> {
                for (int i = 0; i < pieces && fromClient; i++) {
                    client.send(piece);
                    sent.addAndGet(piece.length);
                }
            });
            awaitRest(sent);
            assertThat(sent.get()).isLessThan(32_000_000L);
            read.complete(null);
            for (int i = 0; i < pieces && !fromClient; i++) {
                assertThat(Arrays.equals(client.read(piece.length), piece)).isTrue();
            }
            sender.get(20, TimeUnit.SECONDS);
            assertThat(!fromClient || same.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void letsTheUpstreamFinishAfterTheClientHasEnded(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    String question = new String(connection.readToEnd());
                    connection.send("answer to " + question);
                });
                RawClient client = application.open(tls, upstream, "half")) {
            client.send("question");
            client.endOutput();
            assertThat(upstream.next().awaitDone().received()).endsWith("question");
            // Tomcat closes on close_notify by itself.
            if (!tls || kind.isJetty()) {
                assertThat(client.readToEnd()).isEqualTo("answer to question");
            }
            assertThat(application.end("half")).startsWith("CLIENT_CLOSED 8 ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void letsTheClientFinishAfterTheUpstreamHasEnded(boolean tls) throws Exception {
        assumeThat(!tls || kind.isJetty()).as("half-close of TLS").isTrue();
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH + "bye");
                    connection.endOutput();
                    connection.readToEnd();
                });
                RawClient client = application.open(tls, upstream, "half2")) {
            assertThat(client.readToEnd()).isEqualTo("bye");
            client.send("last words");
            client.endOutput();
            assertThat(upstream.next().awaitDone().received()).endsWith("last words");
            assertThat(application.end("half2")).startsWith("UPSTREAM_CLOSED 10 3");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsTheClientWhenAnIdleUpstreamCloses(boolean tls) throws Exception {
        CompletableFuture<Void> now = new CompletableFuture<>();
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    now.get(20, TimeUnit.SECONDS);
                });
                RawClient client = application.open(tls, upstream, "upclose")) {
            now.complete(null);
            assertThat(client.readToEnd()).isEmpty();
            client.close();
            assertThat(application.end("upclose")).startsWith("UPSTREAM_CLOSED 0 0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsTheClientWhenTheUpstreamResets(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    connection.read(2);
                    connection.reset();
                });
                RawClient client = application.open(tls, upstream, "uprst")) {
            client.send("go");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(application.end("uprst")).startsWith("UPSTREAM_CLOSED 2 0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsTheUpstreamWhenTheClientVanishes(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, echo());
                RawClient client = application.open(tls, upstream, "vanish")) {
            client.reset();
            upstream.next().awaitDone();
            assertThat(application.end("vanish")).startsWith("CLIENT_CLOSED 0 0");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesUpAClientThatDoesNotRead(boolean tls) throws Exception {
        byte[] piece = new byte[64_000];
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    for (int i = 0; i < 1000; i++) {
                        connection.send(piece);
                    }
                });
                RawClient client = application.open(tls, upstream, "stall1", "X-Stall: 500\r\n")) {
            assertThat(application.end("stall1")).startsWith("STALLED 0 ").endsWith(" the client does not read");
            upstream.next().awaitDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesUpAnUpstreamThatDoesNotRead(boolean tls) throws Exception {
        byte[] piece = new byte[64_000];
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    connection.stall();
                });
                RawClient client = application.open(tls, upstream, "stall2", "X-Stall: 500\r\n")) {
            CompletableFuture<Void> sender = TunnelApplication.async(() -> {
                for (int i = 0; i < 1000; i++) {
                    client.send(piece);
                }
            });
            assertThat(application.end("stall2")).startsWith("STALLED ").endsWith(" the upstream does not read");
            assertThat(sender).failsWithin(20, TimeUnit.SECONDS);
        }
    }

    /** More than a container has threads. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stalledUpstreamsDoNotFreezeTheNeighbours(boolean tls) throws Exception {
        byte[] much = new byte[16_000_000];
        List<RawClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
            connection.readHead();
            connection.send(TunnelApplication.SWITCH);
            connection.stall();
        })) {
            for (int i = 0; i < 220; i++) {
                RawClient client = application.open(tls, upstream, "neighbour" + i);
                clients.add(client);
                TunnelApplication.async(() -> client.send(much));
            }
            assertThat(application.get("/size")).isEqualTo("220");
            for (int i = 0; i < 220; i++) {
                application.get("/close?neighbour" + i);
                assertThat(application.end("neighbour" + i)).startsWith("CLOSED_BY_US ");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesBothSidesWhenAsked(boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, echo());
                RawClient client = application.open(tls, upstream, "asked");
                RawClient other = application.open(tls, upstream, "other")) {
            client.send("x").readText(1);
            application.get("/close?asked");
            assertThat(client.readToEnd()).isEmpty();
            upstream.next().awaitDone();
            // The byte may have arrived before its write has returned, which is when it counts.
            assertThat(application.end("asked")).matches("CLOSED_BY_US 1 [01] asked to");
            assertThat(other.send("alive").readText(5)).isEqualTo("alive");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closesWhenAskedWhileTheClientDoesNotRead(boolean tls) throws Exception {
        AtomicLong sent = new AtomicLong();
        byte[] piece = new byte[64_000];
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    for (int i = 0; i < 1000; i++) {
                        connection.send(piece);
                        sent.addAndGet(piece.length);
                    }
                });
                RawClient client = application.open(tls, upstream, "deaf")) {
            awaitRest(sent);
            application.get("/close?deaf");
            assertThat(application.end("deaf")).startsWith("CLOSED_BY_US 0 ");
            upstream.next().awaitDone();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiveHundredIdleTunnels(boolean tls) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try (ScriptedUpstream upstream = application.upstream(tls, echo())) {
            int before = threads();
            for (int i = 0; i < 500; i++) {
                clients.add(application.open(tls, upstream, "idle"));
            }
            assertThat(application.get("/size")).isEqualTo("500");
            if (Runtime.version().feature() >= 24) {
                assertThat(threads()).isLessThan(before + 50);
            }
            for (RawClient client : clients) {
                assertThat(client.send("ping").readText(4)).isEqualTo("ping");
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        for (int i = 0; i < 500; i++) {
            assertThat(application.end("idle")).isNotEmpty();
        }
        application.awaitNoTunnels();
    }

    private static ScriptedUpstream.Script echo() {
        return connection -> {
            connection.readHead();
            connection.send(TunnelApplication.SWITCH);
            connection.echo();
        };
    }

    /** Until the counter has moved, and has not moved for half a second. */
    private static void awaitRest(AtomicLong counter) {
        long last = 0;
        for (int i = 0; i < 120; i++) {
            long now = counter.get();
            if (now > 0 && now == last) {
                return;
            }
            last = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
        }
        throw new AssertionError("Nothing was sent, or without an end: " + last);
    }

    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("scripted-"))
                .count();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
