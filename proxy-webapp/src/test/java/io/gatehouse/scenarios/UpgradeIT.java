package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.util.Locale;
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

/** Shells and port-forwards through the whole product: who may open one, what is recorded, and what ends it. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record UpgradeIT(ContainerKind kind) {

    private static final String EXEC = "/kube/api/v1/namespaces/d/pods/p/exec?command=sh&stdout=1";
    /** What kubectl asks for, new and old. */
    enum Wish {
        WEB_SOCKET(
                "GET",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
        SPDY("POST", "Upgrade: SPDY/3.1", "Connection: Upgrade", "Content-Length: 0");

        final String method;
        final String[] lines;

        Wish(String method, String... lines) {
            this.method = method;
            this.lines = lines;
        }
    }

    private static final String SWITCH = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n";
    private static final String ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    static String request(Wish wish, String user, String marker) {
        return Site.head(wish.method, EXEC, user, marker, wish.lines) + "\r\n";
    }

    private static void echo(ScriptedUpstream.Connection connection) throws Exception {
        String head = connection.readHead();
        if (!head.contains("\r\nUpgrade: ")) {
            connection.send(Site.OK);
            return;
        }
        connection.send(switched(head));
        connection.echo();
    }

    /** The answer that grants what a head wants. */
    static String switched(String head) {
        return SWITCH
                + (head.contains("SPDY") ? "Upgrade: SPDY/3.1\r\n\r\n" : "Upgrade: websocket\r\n" + ACCEPT + "\r\n");
    }

    private static RawClient open(boolean tls, Wish wish, String marker) throws Exception {
        site.play(UpgradeIT::echo);
        RawClient client = site.container().client(tls);
        assertThat(client.send(request(wish, "bob", marker)).readHead()).startsWith("HTTP/1.1 101 ");
        assertThat(client.send("ping").readText(4)).isEqualTo("ping");
        return client;
    }

    @ParameterizedTest
    @CsvSource({"WEB_SOCKET,false", "WEB_SOCKET,true", "SPDY,false", "SPDY,true"})
    void joinsBothSidesAndRecordsBothEnds(Wish wish, boolean tls) throws Exception {
        String marker = Site.marker();
        try (RawClient client = open(tls, wish, marker)) {
            AuditRecords.Line opened = site.records().open(marker);
            assertThat(opened.decision()).isEqualTo("allow");
            assertThat(opened.text("subject", "user")).isEqualTo("bob");
            assertThat(opened.text("request", "upgrade")).isIn("websocket", "spdy/3.1");
            assertThat(opened.text("request", "kubernetes", "verb")).isEqualTo("create");
            assertThat(opened.text("request", "kubernetes", "subresource")).isEqualTo("exec");
            assertThat(client.send("more").readText(4)).isEqualTo("more");
        }
        AuditRecords.Line closed = site.records().close(marker);
        assertThat(closed.text("completion", "bytesIn")).isEqualTo("8");
        assertThat(closed.text("completion", "bytesOut")).isEqualTo("8");
        assertThat(closed.text("completion", "status")).isEqualTo("101");
        assertThat(closed.end()).isEqualTo("complete");
        assertThat(site.records().of(marker))
                .extracting(AuditRecords.Line::kind)
                .containsExactly("open", "close");
        assertThat(site.lastConnection().received())
                .contains("\r\nImpersonate-User: bob\r\n")
                .doesNotContain("Authorization");
    }

    /** Alice may GET in this namespace; a WebSocket is a GET, a shell is not. */
    @ParameterizedTest
    @EnumSource(Wish.class)
    void opensNoShellForAReader(Wish wish) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        String answer =
                site.exchange(false, request(wish, "alice", marker) + "p".repeat(4096) + "GET /kube/ HTTP/1.1\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("\"reason\":\"Forbidden\"");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(site.records().close(marker).decision()).isEqualTo("deny");
        site.settleRecords();
        assertThat(site.records().of(marker)).hasSize(1);
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({"WEB_SOCKET,400", "WEB_SOCKET,426", "WEB_SOCKET,500", "SPDY,403", "SPDY,404"})
    void servesNothingBehindARefusal(Wish wish, int status) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 " + status + " No\r\nContent-Length: 3\r\n\r\nno!");
            connection.readToEnd();
        });
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        String second = Site.head("GET", "/kube/api/v1/secrets", "bob", Site.marker()) + "\r\n";
        String answer = site.exchange(false, request(wish, "bob", marker) + second);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").endsWith("no!");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(site.upstream().connections()).hasSize(before + 1);
        assertThat(site.lastConnection().received()).doesNotContain("secrets");
        assertThat(site.records().close(marker).text("completion", "status")).isEqualTo(Integer.toString(status));
    }

    @Test
    void givesThePlaceBackWhenAStreamEnds() throws Exception {
        site.play(Site::answerOk);
        site.home().target("single", site.url(), "kubernetes: true, streams: 1").write();
        site.awaitReload();
        site.play(UpgradeIT::echo);
        for (int i = 0; i < 3; i++) {
            String marker = Site.marker();
            try (RawClient client = site.container().client(false)) {
                client.send(request(Wish.WEB_SOCKET, "bob", marker).replace("/kube/", "/single/"));
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            }
            site.records().close(marker);
        }
    }

    /** Twice as often as there are places; then a stream still opens. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesThePlaceBackWhenTheClientLeavesARefusal(boolean tls) throws Exception {
        site.home().target("few", site.url(), "kubernetes: true, streams: 2").write();
        site.play(Site::answerOk);
        site.awaitReload();
        for (int i = 0; i < 4; i++) {
            CountDownLatch left = new CountDownLatch(1);
            site.play(connection -> {
                connection.readHead();
                connection.send("HTTP/1.1 403 No\r\nContent-Length: 1000000\r\n\r\n" + "n".repeat(100_000));
                left.await(20, TimeUnit.SECONDS);
                connection.send("n".repeat(900_000));
                connection.readToEnd();
            });
            String marker = Site.marker();
            try (RawClient client = site.container().client(tls)) {
                client.send(request(Wish.WEB_SOCKET, "bob", marker).replace("/kube/", "/few/"));
                assertThat(client.readHead()).startsWith("HTTP/1.1 403 ");
                client.reset();
            }
            left.countDown();
            AuditRecords.Line record = site.records().close(marker);
            assertThat(record.end()).isEqualTo("the client left");
            assertThat(record.text("completion", "status")).isEqualTo("403");
        }
        site.play(UpgradeIT::echo);
        try (RawClient client = site.container().client(tls)) {
            client.send(request(Wish.WEB_SOCKET, "bob", Site.marker()).replace("/kube/", "/few/"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false,Transfer-Encoding: chunked",
        "true,Transfer-Encoding: chunked",
        "false,Content-Length: 2097152",
        "true,Content-Length: 2097152",
        "false,X-Until: close"
    })
    void letsNoRefusalLookCompleteThatIsCut(boolean tls, String framing) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 403 No\r\n" + framing + "\r\n\r\n"
                    + (framing.contains("chunked") ? "200000\r\n" : "")
                    + "n".repeat(2 * 1024 * 1024)
                    + (framing.contains("chunked") ? "\r\n0\r\n\r\n" : ""));
        });
        String marker = Site.marker();
        String answer = site.exchange(tls, request(Wish.WEB_SOCKET, "bob", marker));
        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains(framing.startsWith("Content") ? "content-length: 2097152" : "transfer-encoding: chunked");
        assertThat(answer.substring(answer.length() - 5)).isNotEqualTo("0\r\n\r\n");
        assertThat(answer.length()).isBetween(512 * 1024, 2 * 1024 * 1024);
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.text("completion", "status")).isEqualTo("403");
        assertThat(record.end()).contains("too large");
    }

    /** What the upstream nominates is between it and us, in every spelling, also where it answers an upgrade. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void showsNoFieldThatEndsAtTheConnection(boolean switches) throws Exception {
        String fields = "X-Kept: 1\r\nX_Inner: 2\r\nKeep-Alive: 3\r\nProxy-Authenticate: 4\r\n";
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    switches
                            ? SWITCH.replace("Connection: ", "Connection: X-Inner, ") + "Upgrade: websocket\r\n"
                                    + ACCEPT + fields + "\r\n"
                            : "HTTP/1.1 403 No\r\nConnection: x-inner\r\nContent-Length: 0\r\n" + fields + "\r\n");
            connection.readToEnd();
        });
        try (RawClient client = site.container().client(false)) {
            String head = client.send(request(Wish.WEB_SOCKET, "bob", Site.marker()))
                    .readHead()
                    .toLowerCase(Locale.ROOT);
            assertThat(head)
                    .startsWith(switches ? "http/1.1 101 " : "http/1.1 403 ")
                    .contains("x-kept: 1")
                    .doesNotContain("x_inner", "keep-alive", "proxy-authenticate");
        }
    }

    /** A container that adds its own would say it twice (RFC 9110 6.6.1). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tellsTheUpstreamsDateOnce(boolean switches) throws Exception {
        String date = "Thu, 01 Jan 2026 00:00:00 GMT";
        site.play(connection -> {
            String head = connection.readHead();
            connection.send((switches ? switched(head) : "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
                    .replace("\r\n\r\n", "\r\nDate: " + date + "\r\n\r\n"));
            connection.readToEnd();
        });
        try (RawClient client = site.container().client(false)) {
            String head =
                    client.send(request(Wish.WEB_SOCKET, "bob", Site.marker())).readHead();
            assertThat(head).startsWith(switches ? "HTTP/1.1 101 " : "HTTP/1.1 403 ");
            assertThat(Site.fields(head, "Date")).containsExactly(date);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WEB_SOCKET,Upgrade: websocket|Sec-WebSocket-Accept: forged",
        "WEB_SOCKET,Upgrade: websocket",
        "WEB_SOCKET,Upgrade: SPDY/3.1",
        "SPDY,Upgrade: h2c",
        "SPDY,X-A: b"
    })
    void believesNoBogusSwitch(Wish wish, String lines) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(SWITCH + lines.replace("|", "\r\n") + "\r\n\r\nhello");
            connection.readToEnd();
        });
        String marker = Site.marker();
        String answer = site.exchange(false, request(wish, "bob", marker) + "payload");
        assertThat(answer).startsWith("HTTP/1.1 502 ").doesNotContain("hello");
        assertThat(site.lastConnection().received()).doesNotContain("payload");
        assertThat(site.records().close(marker).text("completion", "status")).isEqualTo("502");
    }

    @ParameterizedTest
    @CsvSource({"policy,refused by the new rules", "users,the identity is gone", "target,the target is gone"})
    void endsAStreamThatIsRefusedNow(String edit, String reason) throws Exception {
        String marker = Site.marker();
        try (RawClient client = open(true, Wish.WEB_SOCKET, marker)) {
            switch (edit) {
                case "policy" ->
                    site.home().policy("p, user:bob, *, /**, *, allow", "p, user:alice, *, /**, GET, allow");
                case "users" -> site.home().users("alice");
                default -> site.home().without("kube").write();
            }
            assertThat(client.readToEnd()).isEmpty();
            assertThat(site.records().close(marker).end()).contains(reason);
            assertThat(site.lastConnection().received()).contains(" HTTP/1.1\r\n");
        } finally {
            site.play(Site::answerOk);
            site.home().policy(GatehouseHome.POLICY).users("alice", "bob");
            site.home().target("kube", site.url(), "kubernetes: true").write();
            site.awaitReload();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsAStreamOverAnEditThatDoesNotConcernIt(boolean tls) throws Exception {
        String marker = Site.marker();
        try (RawClient client = open(tls, Wish.WEB_SOCKET, marker)) {
            site.home().policy("p, user:bob, *, /**, *|UPGRADE, allow").users("bob");
            site.awaitReload();
            assertThat(client.send("still").readText(5)).isEqualTo("still");
        } finally {
            site.play(Site::answerOk);
            site.home().policy(GatehouseHome.POLICY).users("alice", "bob");
            site.awaitReload();
        }
        assertThat(site.records().close(marker).end()).isEqualTo("complete");
        assertThat(site.records().of(marker)).hasSize(2);
    }
}
