package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestCertificates;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.target.Target;
import io.gatehouse.target.TargetLimits;
import io.gatehouse.target.UpstreamAccess;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.http.message.BasicHttpRequest;
import org.junit.jupiter.api.Test;

class UpstreamClientTest {

    private static final TargetLimits LIMITS =
            new TargetLimits(4, 4, 4, 4, Duration.ofSeconds(20), Duration.ofSeconds(20), 0, 1);

    private static UpstreamCall send(UpstreamClient client, SSLContext tls) throws IOException {
        UpstreamAccess access = new UpstreamAccess(Optional.of(tls), Optional.empty(), false, Instant.MAX);
        return client.send(new BasicHttpRequest("GET", "/"), false, access, new Cancellation(), interim -> {});
    }

    private static void finish(UpstreamCall call) throws IOException {
        assertThat(call.body().readAllBytes()).asString().isEqualTo("ok");
        call.finish();
    }

    private static UpstreamClient client(ScriptedUpstream upstream) {
        TargetDefinition definition = new TargetDefinition(
                "t",
                URI.create("https://localhost:" + upstream.port()),
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                TargetCredential.none(),
                "");
        return new UpstreamClient(new Target(definition, LIMITS, Clock.systemUTC()), Duration.ofHours(1));
    }

    /** The one who reads the answer learns of it by reading, and not by something else that breaks. */
    @Test
    void failsToReadFromACallThatWasCut() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        try (ScriptedUpstream upstream = ScriptedUpstream.tls(certificates.serverContext(), connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            connection.stall();
        })) {
            UpstreamClient client = client(upstream);
            UpstreamCall call = send(client, certificates.clientContext());
            call.cut();
            assertThat(call.hasMore()).isFalse();
            assertThatIOException().isThrownBy(() -> call.body().read());
            call.abort();
            client.close();
        }
    }

    /** A head has to come as a whole in its time; what follows may take longer than that. */
    @Test
    void doesNotCutABodyForTheTimeOfItsHead() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        CountDownLatch looked = new CountDownLatch(1);
        try (ScriptedUpstream upstream = ScriptedUpstream.tls(certificates.serverContext(), connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            looked.await(20, TimeUnit.SECONDS);
            connection.send("ok");
        })) {
            UpstreamClient client = client(upstream);
            UpstreamCall call = send(client, certificates.clientContext());
            client.giveUpStuck(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            looked.countDown();
            finish(call);
            client.close();
        }
    }

    /** A client certificate was rotated while a request was under way: its connection speaks for the old one. */
    @Test
    void usesNoConnectionOfAnEarlierCertificate() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        try (ScriptedUpstream upstream = ScriptedUpstream.tls(certificates.serverContext(), connection -> {
            while (true) {
                connection.readHead();
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        })) {
            UpstreamClient client = client(upstream);
            SSLContext before = certificates.clientContext();
            SSLContext after = certificates.clientContext();
            assertThat(after).isNotSameAs(before);
            UpstreamCall underWay = send(client, before);
            finish(send(client, after));
            finish(underWay);
            UpstreamCall next = send(client, after);
            assertThat(next.connection().tls()).isSameAs(after);
            finish(next);
            assertThat(upstream.connections()).hasSize(2);
            finish(send(client, after));
            assertThat(upstream.connections()).hasSize(2);
            client.close();
        }
    }
}
