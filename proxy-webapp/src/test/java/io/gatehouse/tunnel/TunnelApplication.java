package io.gatehouse.tunnel;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestCertificates;
import io.gatehouse.containers.TestContainer;
import io.gatehouse.containers.TestWar;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/** {@link TunnelTestServlet} deployed on a container, and what tests need to talk with it. */
final class TunnelApplication implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: " + SwitchCheck.accept(KEY) + "\r\n\r\n";

    /** Something to do on another thread. */
    interface Work {
        void run() throws Exception;
    }

    private final TestContainer container;
    private final TestCertificates upstreamCertificates;
    private final Map<String, Object> shared;

    private TunnelApplication(
            TestContainer container, TestCertificates upstreamCertificates, Map<String, Object> shared) {
        this.container = container;
        this.upstreamCertificates = upstreamCertificates;
        this.shared = shared;
    }

    static TunnelApplication start(ContainerKind kind) throws Exception {
        Map<String, Object> shared = new ConcurrentHashMap<>();
        TestCertificates certificates = TestCertificates.create();
        shared.put("trust", certificates.clientContext());
        System.getProperties().put(TunnelTestServlet.SHARED, shared);
        TestContainer container = TestContainer.start(
                kind,
                TestWar.of(
                        TunnelTestServlet.class,
                        List.of("io/gatehouse/tunnel", "io/gatehouse/request", "io/gatehouse/target"),
                        LoggerFactory.class,
                        ch.qos.logback.classic.Logger.class,
                        ch.qos.logback.core.Context.class),
                Map.of());
        return new TunnelApplication(container, certificates, shared);
    }

    TestContainer container() {
        return container;
    }

    ScriptedUpstream upstream(boolean tls, ScriptedUpstream.Script script) throws IOException {
        return tls
                ? ScriptedUpstream.tls(upstreamCertificates.serverContext(), script)
                : ScriptedUpstream.plain(script);
    }

    /** The headers that tell the servlet where to go. */
    String wiring(boolean tls, ScriptedUpstream upstream, String id) {
        return "X-Upstream: " + upstream.port() + "\r\nX-Test: " + id + "\r\n" + (tls ? "X-Upstream-Tls: 1\r\n" : "");
    }

    /** Of a good WebSocket handshake. */
    String head(boolean tls, ScriptedUpstream upstream, String id, String... more) {
        return "GET /stream HTTP/1.1\r\nHost: gate\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n" + wiring(tls, upstream, id)
                + String.join("", more) + "\r\n";
    }

    /** A client whose tunnel is open. */
    RawClient open(boolean tls, ScriptedUpstream upstream, String id, String... more) throws IOException {
        RawClient client = container.client(tls);
        String head = client.send(head(tls, upstream, id, more)).readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("No switch: " + head);
        }
        return client;
    }

    /** What the observer was told about the tunnel: reason, bytes in, bytes out, text. */
    @SuppressWarnings("unchecked")
    String end(String id) throws InterruptedException {
        String end = ((BlockingQueue<String>)
                        shared.computeIfAbsent("ends " + id, key -> new LinkedBlockingQueue<String>()))
                .poll(20, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("The tunnel has not ended");
        }
        return end;
    }

    /** The body of an ordinary request. */
    String get(String target) throws IOException {
        try (RawClient client = container.client(false)) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n");
            client.readHead();
            return client.readToEnd();
        }
    }

    void awaitNoTunnels() throws IOException {
        for (int i = 0; i < 200; i++) {
            if (get("/size").equals("0")) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError("Tunnels are left over");
    }

    static CompletableFuture<Void> async(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        thread.setName("scripted-work");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    @Override
    public void close() throws Exception {
        container.close();
        System.getProperties().remove(TunnelTestServlet.SHARED);
    }
}
