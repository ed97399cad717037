package io.gatehouse.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrades that must not come about (attacks D1, D2, D5, D8), on every container. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UpgradeRefusalIT(ContainerKind kind) {
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: gate\r\n\r\n";

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
    @CsvSource({
        "400,false", "403,false", "404,false", "426,false", "500,false",
        "400,true", "403,true", "404,true", "426,true", "500,true"
    })
    void relaysARefusalAndServesNothingAfterIt(int status, boolean tls) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(tls, connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 " + status + " No\r\nContent-Length: 8\r\nX-Kept: yes\r\n\r\nrefused!");
                    connection.readToEnd();
                });
                RawClient client = application.container().client(tls)) {
            client.send(application.head(tls, upstream, "refused") + SECOND);
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("\r\nConnection: close\r\n")
                    .containsIgnoringCase("\r\nX-Kept: yes\r\n");
            assertThat(client.readToEnd()).isEqualTo("refused!");
            assertThat(upstream.next().awaitDone().received())
                    .startsWith("GET /stream ")
                    .doesNotContain("second");
            assertThat(upstream.connections()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\n\r\n4\r\nrefu\r\n4;x=y\r\nsed!\r\n0\r\nX-Trailer: x\r\n\r\n",
                "\r\nrefused!"
            })
    void decodesTheBodyOfARefusal(String rest) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> {
                    connection.readHead();
                    connection.send("HTTP/1.1 403 Forbidden\r\n" + rest);
                });
                RawClient client = application.container().client(false)) {
            client.send(application.head(false, upstream, "decoded"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 403 ");
            assertThat(client.readToEnd()).isEqualTo("refused!");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK\r\nContent-Length: 4\r\n\r\nleak",
                "302 Found\r\nLocation: http://169.254.169.254/\r\nX-Kept: leak\r\nContent-Length: 0\r\n\r\n",
                "304 Not Modified\r\nX-Kept: leak\r\n\r\n",
            })
    void answers502ToWhatIsNeitherSwitchNorError(String answer) throws Exception {
        refusedWith(502, "HTTP/1.1 " + answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: SPDY/3.1\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n",
                "Upgrade: websocket, SPDY/3.1\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n",
                "Connection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n"
                        + "Sec-WebSocket-Protocol: never.offered\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n"
                        + "Transfer-Encoding: chunked\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\nContent-Length: 4\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n"
                        + "Sec-WebSocket-Protocol: one\r\nSec-WebSocket-Protocol: two\r\n",
            })
    void answers502ToABogusSwitch(String headers) throws Exception {
        refusedWith(
                502,
                "HTTP/1.1 101 Switching Protocols\r\n"
                        + headers.replace("ACCEPT", SwitchCheck.accept(TunnelApplication.KEY))
                        + "X-Kept: leak\r\n\r\nleak");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-leak\r\n",
                "HTTP/1.1 403 Forbidden\r\nX-Kept: a\r\n leak\r\n\r\n",
                "HTTP/1.1 403 Forbidden\r\nX-Kept : leak\r\n\r\n",
                "HTTP/1.1 403 Forbidden\nX-Kept: leak\n\r\n\r\n",
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nleak",
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nleak",
                "HTTP/1.1 403 Forbidden\r\nContent-Length: +4\r\n\r\nleak",
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\nleak",
                "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nleak",
                "HTTP/1.0 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: ACCEPT\r\n\r\nleak",
                "HTTP/1.1 1",
                "",
            })
    void answers502ToWhatIsNoGoodAnswer(String answer) throws Exception {
        refusedWith(502, answer.replace("ACCEPT", SwitchCheck.accept(TunnelApplication.KEY)));
    }

    private void refusedWith(int status, String answer) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> {
                    connection.readHead();
                    connection.send(answer);
                });
                RawClient client = application.container().client(false)) {
            client.send(application.head(false, upstream, "bad", "Sec-WebSocket-Protocol: one, two\r\n") + SECOND);
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ").doesNotContain("leak");
            assertThat(client.readToEnd()).doesNotContain("leak").doesNotContain("HTTP/1.1");
            assertThat(upstream.connections()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
            })
    void takesOtherUpgradesForOrdinaryRequests(String headers) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> connection.readToEnd());
                RawClient client = application.container().client(false)) {
            client.send("GET /stream HTTP/1.1\r\nHost: gate\r\n" + headers + application.wiring(false, upstream, "no")
                    + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readText(10)).isEqualTo("no upgrade");
            assertThat(upstream.connections()).isEmpty();
        }
    }

    /** RFC 9110, 7.8: the header without the connection option counts for nothing; Jetty itself answers 400. */
    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive\r\nUpgrade: websocket\r\n", "Upgrade: websocket\r\n"})
    void ignoresAnUpgradeThatConnectionDoesNotName(String headers) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> connection.readToEnd());
                RawClient client = application.container().client(false)) {
            client.send("GET /stream HTTP/1.1\r\nHost: gate\r\n" + headers + application.wiring(false, upstream, "no")
                    + "\r\n");
            assertThat(client.readHead()).startsWith(kind.isJetty() ? "HTTP/1.1 400 " : "HTTP/1.1 200 ");
            assertThat(upstream.connections()).isEmpty();
        }
    }

    @Test
    void refusesOneTunnelTooMany() throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> {
                    connection.readHead();
                    connection.send(TunnelApplication.SWITCH);
                    connection.echo();
                });
                RawClient first = application.open(false, upstream, "only", "X-Most: 1\r\n");
                RawClient second = application.container().client(false)) {
            second.send(application.head(false, upstream, "more", "X-Most: 1\r\n"));
            assertThat(second.readHead()).startsWith("HTTP/1.1 503 ");
            assertThat(upstream.connections()).hasSize(1);
            first.close();
            application.end("only");
            application.awaitNoTunnels();
            application.open(false, upstream, "next", "X-Most: 1\r\n").close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"})
    void refusesAnUpgradeWithABody(String rest) throws Exception {
        try (ScriptedUpstream upstream = application.upstream(false, connection -> connection.readToEnd());
                RawClient client = application.container().client(false)) {
            client.send("POST /stream HTTP/1.1\r\nHost: gate\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
                    + application.wiring(false, upstream, "body") + rest);
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
            assertThat(upstream.connections()).isEmpty();
        }
    }
}
