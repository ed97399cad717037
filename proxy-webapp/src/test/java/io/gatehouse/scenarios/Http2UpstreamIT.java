package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that speaks HTTP/2, with clients of both kinds. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
class Http2UpstreamIT {

    private static Site site;
    private static Http2Upstream upstream;
    private static ScriptedUpstream http1;

    @Parameter
    private ContainerKind kind;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        upstream = Http2Upstream.start();
        http1 = ScriptedUpstream.plain(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        });
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .target("two", upstream.url(), "protocol: h2c")
                        .target("slow", upstream.url(), "protocol: h2c, response-timeout: 1s")
                        .target("old", "http://127.0.0.1:" + http1.port(), "protocol: h2c, connect-timeout: 2s")
                        .target("closed", "http://127.0.0.1:1", "protocol: h2c")
                        .target(
                                "oldtls",
                                "https://localhost:" + prepared.secureUpstream().port(),
                                "protocol: h2, ca: ca.crt"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        upstream.close();
        http1.close();
    }

    @BeforeEach
    void answerOk() {
        upstream.play(Http2Upstream::answerOk);
    }

    private static HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(site.https(target)))
                .header("Authorization", GatehouseHome.basic("bob"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return site.http2().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String get(String target, String... more) throws IOException {
        String[] lines = java.util.Arrays.copyOf(more, more.length + 1);
        lines[more.length] = "Connection: close";
        return site.exchange(false, Site.head("GET", target, "bob", Site.marker(), lines) + "\r\n");
    }

    @Test
    void sendsTheBytesThatWereJudged() throws Exception {
        assertThat(get("/two/a%20b/c%3Ad?q=a%20b&r={x}", "X-Mine: caf\u00e9", "X-Remote-User: root", "Cookie: a=b"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("ok");
        Http2UpstreamCall call = upstream.lastCall();
        assertThat(call.request().getMethod()).isEqualTo("GET");
        assertThat(call.request().getHttpURI().getPathQuery()).isEqualTo("/a%20b/c%3Ad?q=a%20b&r={x}");
        assertThat(call.request().getHttpURI().getAuthority())
                .isEqualTo(upstream.url().substring(7));
        assertThat(call.field("x-mine")).containsExactly("caf\u00e9");
        assertThat(call.field("x-remote-user")).isEmpty();
        assertThat(call.field("authorization")).isEmpty();
        assertThat(call.field("connection")).isEmpty();
        assertThat(call.field("cookie")).containsExactly("a=b");
        assertThat(call.field("impersonate-user")).containsExactly("bob");
        assertThat(call.field("x-forwarded-prefix")).containsExactly("/two");
    }

    /** A container that adds its own would say it twice. */
    @ParameterizedTest
    @CsvSource({"date,'Thu, 01 Jan 2026 00:00:00 GMT'", "server,theirs/1.0"})
    void saysOnceWhatAContainerSaysToo(String name, String value) throws Exception {
        upstream.play(call -> call.head(true, ":status", "200", name, value));
        assertThat(Site.fields(get("/two/x"), name)).containsExactly(value);
        assertThat(site.fieldsOverHttp2("/two/x", name)).containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "DELETE", "POST"})
    void sendsWhatHasNoBody(String method) throws Exception {
        upstream.play(call -> {
            assertThat(call.request().getMethod()).isEqualTo(method);
            call.readToEnd();
            call.head(method.equals("HEAD"), ":status", "200", "content-length", "2");
            if (!method.equals("HEAD")) {
                call.data("ok", true);
            }
        });
        String body = method.equals("HEAD") ? "" : "ok";
        HttpResponse<String> answer = send(request("/two/x").method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers().firstValue("content-length")).contains("2");
        String old =
                site.exchange(false, Site.head(method, "/two/x", "bob", Site.marker(), "Connection: close") + "\r\n");
        assertThat(old).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + body);
    }

    @Test
    void passesAnswersWithoutABodyOn() throws Exception {
        upstream.play(call -> call.head(true, ":status", "304", "etag", "\"x\"", "content-length", "7"));
        assertThat(get("/two/x")).startsWith("HTTP/1.1 304 ").containsIgnoringCase("etag: \"x\"");
        upstream.play(call -> call.head(true, ":status", "204"));
        assertThat(send(request("/two/x")).statusCode()).isEqualTo(204);
    }

    @Test
    void carriesBodiesBothWays() throws Exception {
        upstream.play(call -> {
            String body = call.readToEnd();
            call.head(false, ":status", "201").data(body.length() + body.substring(0, 3), true);
        });
        String body = "abc" + "x".repeat(3_000_000);
        assertThat(send(request("/two/x").POST(HttpRequest.BodyPublishers.ofString(body)))
                        .body())
                .isEqualTo("3000003abc");
        assertThat(upstream.lastCall().field("content-length")).containsExactly("3000003");
        String marker = Site.marker();
        String answer = site.exchange(
                false,
                Site.head("POST", "/two/x", "bob", marker, "Connection: close", "Transfer-Encoding: chunked")
                        + "\r\n3\r\nabc\r\n" + "ffff\r\n" + "y".repeat(0xffff) + "\r\n0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 201 ").contains("65538abc");
        AuditRecords.Line close = site.records().close(marker);
        assertThat(close.text("completion", "bytesIn")).isEqualTo("65538");
        assertThat(close.text("completion", "bytesOut")).isEqualTo("8");
    }

    @Test
    void asksForABodyThatWaitsForLeave() throws Exception {
        upstream.play(call -> {
            String body = call.readToEnd();
            call.head(false, ":status", "200").data(body, true);
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("POST", "/two/x", "bob", Site.marker(), "Content-Length: 4", "Expect: 100-continue")
                    + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            client.send("body");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(upstream.lastCall().field("expect")).isEmpty();
    }

    /** The upstream says the next thing only when it was told the next, and the other way round. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersWhileTheBodyIsStillComing(boolean tls) throws Exception {
        upstream.play(call -> {
            call.head(false, ":status", "200");
            for (String piece = call.read(); !piece.isEmpty(); piece = call.read()) {
                call.data(piece, false);
            }
            call.data("", true);
        });
        try (RawClient client = site.container().client(tls)) {
            client.send(Site.head("POST", "/two/x", "bob", Site.marker(), "Transfer-Encoding: chunked") + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            for (String piece : List.of("one", "two", "three")) {
                client.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
                assertThat(new String(client.readChunk())).isEqualTo(piece);
            }
            client.send("0\r\n\r\n");
            assertThat(client.readChunk()).isEmpty();
        }
    }

    /** An answer that does not wait for the rest of the body is the client's at once. */
    @Test
    void passesAnEarlyAnswerOn() throws Exception {
        upstream.play(call -> {
            call.read();
            call.head(false, ":status", "413").data("too much", true);
            call.reset(ErrorCode.NO_ERROR.code);
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("POST", "/two/x", "bob", Site.marker(), "Content-Length: 1000000") + "\r\nabc");
            assertThat(client.readHead()).startsWith("HTTP/1.1 413 ");
        }
        assertThat(get("/two/x")).isNotEmpty(); // the next one is not disturbed
    }

    @Test
    void passesTrailersOn() throws Exception {
        upstream.play(call -> call.head(false, ":status", "200", "trailer", "x-sum")
                .data("body", false)
                .trailers("x-sum", "17", "set-cookie", "a=b", "content-length", "4"));
        try (RawClient client = site.container().client(false)) {
            client.send(
                    Site.head("GET", "/two/x", "bob", Site.marker(), "TE: trailers", "Connection: TE, close") + "\r\n");
            assertThat(client.readToEnd()).containsIgnoringCase("x-sum: 17").doesNotContainIgnoringCase("set-cookie");
        }
        assertThat(upstream.lastCall().field("te")).containsExactly("trailers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "connection", "length"})
    void cutsTheClientWithTheAnswer(String how) throws Exception {
        upstream.play(call -> {
            call.head(false, ":status", "200", "content-length", "100").data("begun", false);
            switch (how) {
                case "reset" -> call.reset(ErrorCode.INTERNAL_ERROR.code);
                case "connection" -> call.disconnect();
                default -> call.data("x".repeat(100), true);
            }
        });
        String marker = Site.marker();
        String answer = site.exchange(false, Site.head("GET", "/two/x", "bob", marker) + "\r\n");
        assertThat(answer.length() - answer.indexOf("\r\n\r\n") - 4).isLessThan(100);
        assertThat(site.records().close(marker).end()).contains("broke off");
        upstream.play(call -> {
            call.head(false, ":status", "200").data("begun", false);
            call.reset(ErrorCode.INTERNAL_ERROR.code);
        });
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> send(request("/two/x")));
        assertThat(site.exchange(false, Site.head("GET", "/two/x", "bob", Site.marker()) + "\r\n"))
                .doesNotContain("\r\n0\r\n");
    }

    @Test
    void saysWhyThereIsNoAnswer() throws Exception {
        upstream.play(call -> call.reset(ErrorCode.INTERNAL_ERROR.code));
        assertThat(get("/two/x")).startsWith("HTTP/1.1 502 ");
        assertThat(get("/closed/x")).startsWith("HTTP/1.1 502 ").contains("can not be reached");
        assertThat(get("/old/x")).startsWith("HTTP/1.1 502 ").contains("valid answer");
        assertThat(get("/oldtls/x")).startsWith("HTTP/1.1 502 ");
        upstream.play(call -> call.awaitReset());
        assertThat(get("/slow/x")).startsWith("HTTP/1.1 504 ");
        upstream.lastCall().awaitPlayed();
        upstream.play(call -> {
            call.head(false, ":status", "200").data("begun", false);
            call.awaitReset();
        });
        assertThat(get("/slow/x")).contains("begun").doesNotContain("\r\n0\r\n");
        upstream.lastCall().awaitPlayed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givesAnUpstreamUpThatDoesNotRead(boolean tls) throws Exception {
        upstream.play(Http2UpstreamCall::awaitReset);
        try (RawClient client = site.container().client(tls)) {
            String marker = Site.marker();
            client.send(Site.head("POST", "/slow/x", "bob", marker, "Content-Length: 1000000") + "\r\n"
                    + "x".repeat(100_000));
            assertThat(site.records().close(marker).end()).isEqualTo("target slow did not read the request in time");
            assertThat(client.readHead()).startsWith("HTTP/1.1 504 ");
        }
        assertThat(upstream.lastCall().awaitReset()).isEqualTo(ErrorCode.CANCEL_STREAM_ERROR.code);
    }

    /** What is safe and has no body is sent again, what has one is not. */
    @Test
    void sendsAgainWhatWasNotBegun() throws Exception {
        AtomicInteger times = new AtomicInteger();
        upstream.play(call -> {
            if (times.incrementAndGet() % 2 == 1) {
                call.reset(ErrorCode.REFUSED_STREAM_ERROR.code);
            } else {
                Http2Upstream.answerOk(call);
            }
        });
        assertThat(get("/two/x")).startsWith("HTTP/1.1 200 ");
        assertThat(times.get()).isEqualTo(2);
        HttpResponse<String> answer = send(request("/two/x").POST(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(times.get()).isEqualTo(3);
    }

    /** After a GOAWAY the streams that are there end as they would, and the next ones have a connection of their own. */
    @Test
    void survivesAnUpstreamThatGoesAway() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch on = new CountDownLatch(1);
        upstream.play(call -> {
            call.head(false, ":status", "200").data("first", false);
            call.session().shutdown();
            gone.countDown();
            assertThat(on.await(20, TimeUnit.SECONDS)).isTrue();
            call.data("last", true);
        });
        HttpResponse<InputStream> answer =
                site.http2().send(request("/two/x").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().readNBytes(5)).asString().isEqualTo("first");
        assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        upstream.play(Http2Upstream::answerOk);
        assertThat(get("/two/x")).startsWith("HTTP/1.1 200 ");
        on.countDown();
        assertThat(answer.body().readAllBytes()).asString().isEqualTo("last");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void letsTheUpstreamKnowThatTheClientHasLeft(boolean tls) throws Exception {
        upstream.play(call -> {
            call.head(false, ":status", "200");
            while (true) {
                call.data("x".repeat(16_000), false);
            }
        });
        try (RawClient client = site.container().client(tls)) {
            client.send(Site.head("GET", "/two/x", "bob", Site.marker()) + "\r\n");
            client.readHead();
            client.reset();
        }
        assertThat(upstream.lastCall().awaitReset()).isEqualTo(ErrorCode.CANCEL_STREAM_ERROR.code);
    }

    @Test
    void passesEarlyHintsOn() throws Exception {
        upstream.play(call -> {
            call.head(false, ":status", "103", "link", "</style.css>; rel=preload");
            Http2Upstream.answerOk(call);
        });
        assertThat(get("/two/x"))
                .contains("HTTP/1.1 103 ")
                .contains("</two/style.css>")
                .endsWith("ok");
    }

    @Test
    void endsWithTheUser() throws Exception {
        upstream.play(
                call -> call.head(false, ":status", "200").data("first", false).awaitReset());
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/two/endless", "alice", Site.marker()) + "\r\n");
            // alice may not; bob may, and is asked for below
            assertThat(client.readHead()).startsWith("HTTP/1.1 403 ");
        }
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/two/endless", "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.readChunk())).isEqualTo("first");
            site.home().users("alice");
            assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
            upstream.lastCall().awaitPlayed();
        } finally {
            site.home().users("alice", "bob");
            site.awaitStatus("/up/", "bob", 200);
        }
    }

    @Test
    void endsWithItsTarget() throws Exception {
        site.home().target("passing", upstream.url(), "protocol: h2c").write();
        site.awaitStatus("/passing/", "bob", 200);
        upstream.play(
                call -> call.head(false, ":status", "200").data("first", false).awaitReset());
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/passing/endless", "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(new String(client.readChunk())).isEqualTo("first");
            site.home().without("passing").write();
            assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
            upstream.lastCall().awaitPlayed();
        }
    }
}
