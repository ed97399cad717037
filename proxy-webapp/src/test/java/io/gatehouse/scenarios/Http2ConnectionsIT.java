package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.TestCertificates;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.http2.api.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The connections to an upstream of HTTP/2: how many there are, and with which certificate. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record Http2ConnectionsIT(ContainerKind kind) {

    /** What an upstream that was asked for so little takes at once on one connection. */
    private static final int STREAMS = 2;

    private static final String STREAM = "Accept: text/event-stream";

    private static Site site;
    private static Http2Upstream narrow;
    private static Http2Upstream secure;
    private static TestCertificates certificates;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        narrow = Http2Upstream.start(STREAMS);
        certificates = TestCertificates.create();
        secure = Http2Upstream.tls(certificates);
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .certificate("authority.crt", certificates.authority())
                        .certificate("client", certificates.entry("CN=first"))
                        .target("many", narrow.url(), "protocol: h2c")
                        .target("one", narrow.url(), "protocol: h2c, connections: 1")
                        .target("full", narrow.url(), "protocol: h2c, connections: 1")
                        .target(
                                "known",
                                secure.url(),
                                "protocol: h2, ca: authority.crt, client-certificate: client.crt, client-key: client.key")
                        .target("unknown", secure.url(), "protocol: h2, ca: authority.crt"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        narrow.close();
        secure.close();
    }

    private static RawClient open(String target) throws IOException {
        RawClient client = site.container().client(false);
        return client.send(Site.head("GET", target, "bob", Site.marker(), STREAM) + "\r\n");
    }

    private static void begin(RawClient client) throws IOException {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        assertThat(client.readChunk()).asString().isEqualTo("first");
    }

    private static Set<Session> sessions(int before) {
        return narrow.calls().stream()
                .skip(before)
                .map(Http2UpstreamCall::session)
                .collect(Collectors.toSet());
    }

    /** Begins each answer, and ends it when it may. */
    private static void answerAndWait(CountDownLatch over) {
        narrow.play(call -> {
            call.head(false, ":status", "200").data("first", false);
            over.await(20, TimeUnit.SECONDS);
            call.data("last", true);
        });
    }

    @Test
    void opensAFurtherConnectionWhenTheStreamsOfOneAreUsedUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        answerAndWait(over);
        int before = narrow.calls().size();
        try (RawClient first = open("/many/");
                RawClient second = open("/many/");
                RawClient third = open("/many/")) {
            begin(first);
            begin(second);
            begin(third);
            assertThat(sessions(before)).hasSize(2);
            over.countDown();
            assertThat(third.readChunk()).asString().isEqualTo("last");
        } finally {
            over.countDown();
        }
    }

    @Test
    void waitsForAStreamWhenThereMayBeNoFurtherConnection() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        answerAndWait(over);
        int before = narrow.calls().size();
        try (RawClient first = open("/one/");
                RawClient second = open("/one/")) {
            begin(first);
            begin(second);
            try (RawClient third = open("/one/")) {
                over.countDown();
                assertThat(first.readChunk()).asString().isEqualTo("last");
                assertThat(third.readHead()).startsWith("HTTP/1.1 200 ");
            }
            assertThat(sessions(before)).hasSize(1);
        } finally {
            over.countDown();
        }
    }

    @Test
    void saysWhenNoStreamIsFree() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        answerAndWait(over);
        try (RawClient first = open("/full/");
                RawClient second = open("/full/")) {
            begin(first);
            begin(second);
            String marker = Site.marker();
            for (String accept : new String[] {STREAM, "Accept: */*"}) {
                assertThat(site.exchange(
                                false, Site.head("GET", "/full/", "bob", marker, accept, "Connection: close") + "\r\n"))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("target full has no connection free");
            }
            assertThat(site.records().close(marker).end()).isEqualTo("target full has no connection free");
            over.countDown();
        }
        narrow.play(Http2Upstream::answerOk);
        assertThat(site.get("/full/", "bob")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void showsTheUpstreamItsCertificate() throws Exception {
        secure.play(Http2Upstream::answerOk);
        assertThat(site.get("/unknown/", "bob")).startsWith("HTTP/1.1 502 ").contains("target unknown");
        assertThat(site.get("/known/", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(secure.lastCall().peer()).isEqualTo("CN=first");
        site.home().certificate("client", certificates.entry("CN=second"));
        site.awaitReload();
        assertThat(site.get("/known/", "bob")).startsWith("HTTP/1.1 200 ");
        assertThat(secure.lastCall().peer()).isEqualTo("CN=second");
    }
}
