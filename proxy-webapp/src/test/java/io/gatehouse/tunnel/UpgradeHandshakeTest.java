package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.BAD_ANSWER;
import static io.gatehouse.tunnel.UpgradeException.Reason.CONNECT_FAILED;
import static io.gatehouse.tunnel.UpgradeException.Reason.TIMED_OUT;
import static io.gatehouse.tunnel.UpgradeException.Reason.TLS_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.containers.ScriptedUpstream;
import io.gatehouse.containers.TestCertificates;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpgradeHandshakeTest {
    private static final HandshakeLimits SHORT =
            new HandshakeLimits(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(300), 1000);
    private static final RequestHead HEAD = new RequestHead(
            "GET",
            "/stream?a=%2F",
            List.of(
                    new HeaderField("Host", "upstream"),
                    new HeaderField("Connection", "Upgrade"),
                    new HeaderField("Upgrade", "websocket"),
                    new HeaderField("Sec-WebSocket-Key", TunnelApplication.KEY)));

    private final Tunnels patient = new Tunnels(TunnelLimits.defaults(), HandshakeLimits.DEFAULT);
    private final Tunnels hasty = new Tunnels(TunnelLimits.defaults(), SHORT);

    @AfterEach
    void close() {
        patient.close();
        hasty.close();
    }

    @Test
    void sendsTheHeadAsItIs() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH + "x");
                    connection.readToEnd();
                });
                UpgradeAnswer answer = patient.handshake(plain(upstream), HEAD)) {
            assertThat(answer).isInstanceOf(UpgradeAnswer.Switched.class);
            assertThat(HeaderField.values(answer.headers(), "upgrade")).containsExactly("websocket");
            assertThat(upstream.next().received())
                    .isEqualTo("GET /stream?a=%2F HTTP/1.1\r\nHost: upstream\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Key: " + TunnelApplication.KEY + "\r\n\r\n");
        }
    }

    @Test
    void tellsThatNobodyListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(failure(patient, UpstreamEndpoint.plain("127.0.0.1", port))).isEqualTo(CONNECT_FAILED);
    }

    @Test
    void tellsThatTheHostIsUnknown() {
        assertThat(failure(patient, UpstreamEndpoint.plain("no-such-host.invalid", 1)))
                .isEqualTo(CONNECT_FAILED);
    }

    @Test
    void givesUpAnUpstreamThatIsSilent() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(ScriptedUpstream.Connection::stall)) {
            assertThat(failure(hasty, plain(upstream))).isEqualTo(TIMED_OUT);
        }
    }

    @Test
    void givesUpAnUpstreamThatDripsItsHead() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
            connection.send("HTTP/1.1 101 Switching Protocols\r\n");
            while (true) {
                connection.send("X: y\r\n");
                Thread.sleep(20); // the pace of the drip: without one the head would be too large before it is late
            }
        })) {
            assertThat(failure(hasty, plain(upstream))).isEqualTo(TIMED_OUT);
        }
    }

    @Test
    void givesUpASilentTlsHandshake() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(ScriptedUpstream.Connection::stall)) {
            assertThat(failure(hasty, tls(upstream, certificates, "localhost", true)))
                    .isEqualTo(TIMED_OUT);
        }
    }

    @Test
    void checksTheCertificate() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        TestCertificates others = TestCertificates.create();
        try (ScriptedUpstream upstream = ScriptedUpstream.tls(certificates.serverContext(), connection -> {
            connection.readHead();
            connection.send(TunnelApplication.SWITCH);
            connection.readToEnd();
        })) {
            assertThat(failure(patient, tls(upstream, others, "localhost", true)))
                    .isEqualTo(TLS_FAILED);
            assertThat(failure(patient, tls(upstream, others, "localhost", false)))
                    .isEqualTo(TLS_FAILED);
            assertThat(failure(patient, tls(upstream, certificates, "other.example", true)))
                    .isEqualTo(TLS_FAILED);
            patient.handshake(tls(upstream, certificates, "other.example", false), HEAD)
                    .close();
            patient.handshake(tls(upstream, certificates, "127.0.0.1", true), HEAD)
                    .close();
        }
    }

    @Test
    void refusesATooLargeHead() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nX: " + "y".repeat(70_000) + "\r\n\r\n");
            connection.stall();
        })) {
            assertThat(failure(patient, plain(upstream))).isEqualTo(BAD_ANSWER);
        }
    }

    @Test
    void refusesEndlessInterimAnswers() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 100 Continue\r\n\r\n".repeat(100));
            connection.stall();
        })) {
            assertThat(failure(patient, plain(upstream))).isEqualTo(BAD_ANSWER);
        }
    }

    @Test
    void readsALargeHead() throws Exception {
        String large = "y".repeat(60_000);
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 103 Early\r\nX: " + large + "\r\n\r\n");
                    connection.send("HTTP/1.1 403 No\r\nX: " + large + "\r\nContent-Length: 3\r\n\r\nyes");
                });
                UpgradeAnswer answer = patient.handshake(plain(upstream), HEAD)) {
            assertThat(HeaderField.values(answer.headers(), "X")).containsExactly(large);
            assertThat(((UpgradeAnswer.Refused) answer).body().readAllBytes())
                    .asString()
                    .isEqualTo("yes");
        }
    }

    @Test
    void boundsTheSizeOfARefusal() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 403 No\r\n\r\n" + "y".repeat(1001));
                });
                UpgradeAnswer answer = hasty.handshake(plain(upstream), HEAD)) {
            assertThatThrownBy(() -> ((UpgradeAnswer.Refused) answer).body().readAllBytes())
                    .isInstanceOfSatisfying(
                            UpgradeException.class, e -> assertThat(e.reason()).isEqualTo(BAD_ANSWER));
        }
    }

    @Test
    void boundsTheTimeOfARefusal() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 403 No\r\nContent-Length: 10\r\n\r\nslow");
                    connection.stall();
                });
                UpgradeAnswer answer = hasty.handshake(plain(upstream), HEAD)) {
            assertThatThrownBy(() -> ((UpgradeAnswer.Refused) answer).body().readAllBytes())
                    .isInstanceOfSatisfying(
                            UpgradeException.class, e -> assertThat(e.reason()).isEqualTo(TIMED_OUT));
        }
    }

    @Test
    void refusesWhenClosed() throws Exception {
        patient.close();
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {})) {
            assertThat(failure(patient, plain(upstream))).isEqualTo(UpgradeException.Reason.TOO_MANY_TUNNELS);
        }
    }

    @Test
    void writesNoHeaderThatWouldBeTwo() {
        assertThatThrownBy(() -> new HeaderField("X", "a\r\nImpersonate-User: admin"))
                .hasMessage("The value of header \"X\" has a control character");
        assertThatThrownBy(() -> new HeaderField("X: a\r\nY", "b")).hasMessage("A header name is not a token");
        assertThatThrownBy(() -> new RequestHead("GET", "/a HTTP/1.1\r\nX: y", List.of()))
                .hasMessage("The request target is not in origin form");
    }

    private static UpstreamEndpoint plain(ScriptedUpstream upstream) {
        return UpstreamEndpoint.plain("127.0.0.1", upstream.port());
    }

    private static UpstreamEndpoint tls(
            ScriptedUpstream upstream, TestCertificates certificates, String name, boolean check) {
        return UpstreamEndpoint.tls(
                "127.0.0.1", upstream.port(), new UpstreamEndpoint.Tls(certificates.clientContext(), name, check));
    }

    private static UpgradeException.Reason failure(Tunnels tunnels, UpstreamEndpoint endpoint) {
        UpgradeException failure =
                catchThrowableOfType(UpgradeException.class, () -> tunnels.handshake(endpoint, HEAD));
        assertThat((IOException) failure).isNotNull();
        return failure.reason();
    }
}
