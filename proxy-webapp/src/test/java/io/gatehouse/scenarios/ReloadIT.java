package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits of a home that is in use: they count at once, and disturb nobody whom they do not concern. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ReloadIT(ContainerKind kind) {

    private static final int RELOADS = 200;
    private static final String WATCH = "/kube/api/v1/namespaces/d/pods?watch=1";

    private static final CapturedLog LOG = new CapturedLog();
    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        site = Site.start(
                kind,
                prepared -> prepared.home().target("noca", "https://localhost:1", "kubernetes: true, ca: missing.crt"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        LOG.end();
    }

    /** Asks for one thing until it is told to stop; counts what was not 200. */
    private record Load(AtomicBoolean on, AtomicInteger asked, AtomicReference<String> failure, Thread thread) {

        static Load start(boolean tls) {
            AtomicBoolean on = new AtomicBoolean(true);
            AtomicInteger asked = new AtomicInteger();
            AtomicReference<String> failure = new AtomicReference<>("");
            Thread thread = new Thread(() -> {
                String request = Site.head("GET", "/up/steady", "bob", Site.marker()) + "\r\n";
                while (on.get() && failure.get().isEmpty()) {
                    try (RawClient client = site.container().client(tls)) {
                        // Tomcat closes a connection after a hundred requests.
                        for (int i = 0; i < 50 && on.get(); i++) {
                            String head = client.send(request).readHead();
                            client.readText(2);
                            asked.incrementAndGet();
                            if (!head.startsWith("HTTP/1.1 200 ")) {
                                failure.set(head);
                            }
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // others want the processor too
                        }
                    } catch (IOException e) {
                        failure.set(e.toString());
                    }
                }
            });
            thread.start();
            return new Load(on, asked, failure, thread);
        }

        void finish() throws InterruptedException {
            on.set(false);
            thread.join(20_000);
            assertThat(failure.get()).isEmpty();
            assertThat(asked.get()).isPositive();
        }
    }

    @Test
    void disturbsNobodyInTwoHundredReloads() throws Exception {
        Semaphore events = new Semaphore(0);
        site.play(connection -> {
            while (true) {
                if (connection.readHead().contains("watch=1")) {
                    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int i = 0; i < RELOADS / 2; i++) {
                        events.acquire();
                        connection.send("5\r\nevent\r\n");
                    }
                    connection.send("0\r\n\r\n");
                    return;
                }
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        String marker = Site.marker();
        try (RawClient watcher = site.container().client(true)) {
            watcher.send(Site.head("GET", WATCH, "bob", marker) + "\r\n").readHead();
            site.awaitReload();
            long made = LOG.count("Made authenticator \"staff\"");
            List<Load> loads = List.of(Load.start(false), Load.start(true));
            for (int i = 0; i < RELOADS / 2; i++) {
                boolean closed = i % 2 == 0;
                site.home().policy(closed ? new String[] {GatehouseHome.POLICY[0]} : GatehouseHome.POLICY);
                site.awaitStatus("/up/public/x", "alice", closed ? 403 : 200);
                if (closed) {
                    site.home().target("second", site.url()).write();
                } else {
                    site.home().without("second").write();
                }
                site.awaitStatus("/second/x", "bob", closed ? 200 : 404);
                events.release();
                assertThat(watcher.readChunk()).hasSize(5);
            }
            for (Load load : loads) {
                load.finish();
            }
            assertThat(LOG.count("Made authenticator \"staff\"")).isEqualTo(made);
            assertThat(LOG.count("Made audit sink \"file\"")).isEqualTo(1);
            assertThat(LOG.count("Made identity \"as-user\"")).isEqualTo(1);
            assertThat(watcher.readChunk()).isEmpty();
        }
        assertThat(site.records().close(marker).end()).isEqualTo("complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"targets: [", "", "colour: blue\n", "targets: {up: {path: /up/}}\n"})
    void keepsTheEarlierStateWhenTheFileHasNoReading(String text) throws Exception {
        site.play(Site::answerOk);
        site.home().file("gatehouse.yaml", text);
        try {
            awaitReady("is not used");
            assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
            assertThat(site.get("/up/api", "alice")).startsWith("HTTP/1.1 403 ");
            assertThat(site.get("/readyz", "bob")).startsWith("HTTP/1.1 200 ");
        } finally {
            site.home().write();
        }
        site.awaitReload();
        assertThat(site.get("/readyz", "bob")).doesNotContain("is not used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"policy.csv", "htpasswd"})
    void keepsTheEarlierStateWhenAFileOfAPluginIsBroken(String name) throws Exception {
        site.play(Site::answerOk);
        site.home().file(name, "nonsense, and more of it\n");
        try {
            awaitReady("is not used");
            assertThat(site.get("/up/public/x", "alice")).startsWith("HTTP/1.1 200 ");
            assertThat(site.get("/up/api", "alice")).startsWith("HTTP/1.1 403 ");
        } finally {
            site.home().policy(GatehouseHome.POLICY).users("alice", "bob");
        }
        site.awaitReload();
    }

    /** The target without its CA answers 503, and only that one; it comes up as soon as the file is there. */
    @Test
    void servesTheOthersWhenOneTargetLacksItsCertificate() throws Exception {
        site.play(Site::answerOk);
        String marker = Site.marker();
        assertThat(site.exchange(false, Site.head("GET", "/noca/api", "bob", marker, "Connection: close") + "\r\n"))
                .startsWith("HTTP/1.1 503 ")
                .doesNotContain("missing.crt");
        assertThat(site.records().close(marker).reason()).contains("lacks a file");
        assertThat(LOG.count("missing.crt: no such file")).isPositive();
        assertThat(site.get("/up/x", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(site.get("/readyz", "bob")).contains("some targets are not usable");
        site.home().certificate("missing.crt", site.certificates().authority());
        site.awaitStatus("/noca/api", "bob", 502); // nobody is there, but it is asked
        assertThat(site.get("/readyz", "bob")).doesNotContain("not usable");
    }

    private static void awaitReady(String word) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!site.get("/readyz", "bob").contains(word)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("/readyz does not say: " + word);
            }
        }
    }
}
