package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** What an upstream answers arrives as it was said, or not at all where that has no single reading, on every container. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record AnswerIT(ContainerKind kind) {

    private static final String NEXT = "GET /up/next HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nAuthorization: "
            + GatehouseHome.basic("bob") + "\r\n\r\n";

    /** Answers that have no body whatever they announce. */
    static final List<String> BODILESS = List.of(
            "GET|HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n",
            "GET|HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
            "GET|HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
            "GET|HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 500\r\n\r\n",
            "HEAD|HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
            "HEAD|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HEAD|HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n",
            "HEAD|HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\n",
            "GET|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            "POST|HTTP/1.1 201 Created\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");

    /** Heads with more than one reading, and such as would make a second answer of one. */
    static final List<String> BAD_ANSWERS = List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
            "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 abc\r\n\r\n",
            "ICY 200 OK\r\n\r\n",
            "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nab",
            "\u0016\u0003\u0001\u0002garbage\r\n\r\n");

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String head(String method, String target, String... more) {
        return Site.head(method, target, "bob", Site.marker(), more);
    }

    /** The next answer on the same connection begins where this one ends. */
    @ParameterizedTest
    @FieldSource("BODILESS")
    void keepsTheConnectionBehindAnAnswerWithoutABody(String row) throws Exception {
        String method = row.substring(0, row.indexOf('|'));
        String answer = row.substring(row.indexOf('|') + 1);
        site.play(connection -> {
            boolean first = !connection.readHead().contains(" /next ");
            connection.send(first ? answer : Site.OK);
        });
        try (RawClient client = site.container().client(false)) {
            client.send(head(method, "/up/x", method.equals("POST") ? "Content-Length: 0" : "X-A: b") + "\r\n");
            String got = client.readHead();
            assertThat(got).startsWith(answer.substring(0, 13));
            assertThat(client.send(NEXT).readToEnd())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\nok");
        }
        site.play(connection -> {
            connection.readHead();
            connection.send(answer);
        });
        HttpResponse<String> overHttp2 = site.http2()
                .send(
                        site.requestOverHttp2("/up/x")
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(overHttp2.statusCode()).isEqualTo(Integer.parseInt(answer.substring(9, 12)));
        assertThat(overHttp2.body()).isEmpty();
    }

    @Test
    void tellsTheLengthThatAHeadAsksFor() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        });
        assertThat(site.exchange(false, head("HEAD", "/up/x", "Connection: close") + "\r\n"))
                .containsIgnoringCase("\r\nContent-Length: 500\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "false,Content-Length: 4|body",
        "false,Transfer-Encoding: chunked|2^bo^2^dy^0^^",
        "false,X-Closes: yes|body",
        "true,Content-Length: 4|body",
        "true,Transfer-Encoding: chunked|2^bo^2^dy^0^^",
        "true,Transfer-Encoding: Chunked|4;x=y^body^00^X-T: u^^",
        "true,X-Closes: yes|body"
    })
    void passesABodyOnHoweverItIsFramed(boolean http2, String answer) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    "HTTP/1.1 200 OK\r\n" + answer.replace("|", "\r\n\r\n").replace("^", "\r\n"));
        });
        if (http2) {
            assertThat(site.http2()
                            .send(site.requestOverHttp2("/up/x").build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("body");
            return;
        }
        try (RawClient client = site.container().client(true)) {
            String got = client.send(head("GET", "/up/x") + "\r\n").readHead();
            if (got.toLowerCase().contains("content-length: 4")) {
                assertThat(client.readText(4)).isEqualTo("body");
            } else {
                StringBuilder body = new StringBuilder();
                for (byte[] chunk = client.readChunk(); chunk.length > 0; chunk = client.readChunk()) {
                    body.append(new String(chunk, StandardCharsets.ISO_8859_1));
                }
                assertThat(body).hasToString("body");
            }
        }
    }

    @Test
    void speaksToAnOldClient() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n4\r\nbody\r\n0\r\nX-T: u\r\n\r\n");
        });
        String answer = site.exchange(
                false,
                "GET /up/x HTTP/1.0\r\nTE: trailers\r\nAuthorization: " + GatehouseHome.basic("bob") + "\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] 200 .*\r\n\r\nbody").doesNotContain("chunked");
    }

    @Test
    void passesEarlyHintsOn() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Early: no\r\n\r\n" + Site.OK);
        });
        try (RawClient client = site.container().client(false)) {
            client.send(head("GET", "/up/x") + "\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 103 ")
                    .containsIgnoringCase("\r\nLink: </up/a.css>; rel=preload\r\n")
                    .doesNotContain("X-Early");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("\r\nLink:");
            assertThat(client.readText(2)).isEqualTo("ok");
        }
    }

    @Test
    void passesTrailersOnButNotThoseThatSpeakForSomebody() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nGrpc-Status: 0\r\n"
                    + "Set-Cookie: a=b\r\nContent-Length: 9\r\nAuthorization: x\r\n\r\n");
        });
        String answer = site.exchange(true, head("GET", "/up/x", "TE: trailers", "Connection: TE, close") + "\r\n");
        assertThat(answer)
                .containsIgnoringCase("\r\n0\r\nGrpc-Status: 0\r\n\r\n")
                .doesNotContain("Set-Cookie", "set-cookie", "uthorization", "ontent-Length", "ontent-length");
        assertThat(site.lastConnection().received()).contains("TE: trailers");
    }

    @ParameterizedTest
    @FieldSource("BAD_ANSWERS")
    void refusesAnAnswerWithoutASingleReading(String answer) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(answer);
        });
        String marker = Site.marker();
        assertThat(site.exchange(false, Site.head("GET", "/kube/x", "bob", marker, "Connection: close") + "\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .contains("\"kind\":\"Status\"", "target kube")
                .doesNotContain("127.0.0.1");
        assertThat(site.records().close(marker).text("completion", "status")).isEqualTo("502");
    }

    @Test
    void passesNothingOnThatWouldSplitAnAnswer() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: forged=1\r\nX-B: b\u0000c\r\nX-C: c\u0008\r\n"
                    + "X D: d\r\nX-E: e\r\nContent-Length: 0\r\nConnection: close, X-F\r\nX-F: f\r\n\r\n");
        });
        String answer = site.exchange(false, head("GET", "/up/x", "Connection: close") + "\r\n");
        if (!answer.startsWith("HTTP/1.1 502 ")) {
            assertThat(answer.toLowerCase())
                    .startsWith("http/1.1 200 ")
                    .contains("\r\nx-e: e\r\n")
                    .doesNotContain("forged", "x-a", "x-b", "x-c", "x d", "x-f");
        }
    }

    @Test
    void dropsWhatAnUpstreamMayNotSayAboutASharedOrigin() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nSet-Cookie: theirs=1\r\nSet-Cookie: __Host-gatehouse=forged\r\n"
                    + "Set-Cookie:  gatehouse-login=forged; Path=/\r\nClear-Site-Data: \"*\"\r\n"
                    + "Strict-Transport-Security: max-age=1\r\nService-Worker-Allowed: /\r\nX-Kept: 1\r\n"
                    + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        });
        assertThat(site.exchange(false, head("GET", "/up/x", "Connection: close") + "\r\n")
                        .toLowerCase())
                .contains("\r\nset-cookie: theirs=1\r\n", "\r\nx-kept: 1\r\n")
                .doesNotContain("forged", "clear-site-data", "strict-transport", "service-worker");
    }

    /** When it was made, and by what, once (RFC 9110 6.6.1): a container that adds its own would say it twice. */
    @ParameterizedTest
    @CsvSource({"Date,'Thu, 01 Jan 2026 00:00:00 GMT'", "Server,theirs/1.0"})
    void saysOnceWhatAContainerSaysToo(String name, String value) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(
                    "HTTP/1.1 200 OK\r\n" + name + ": " + value + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        assertThat(Site.fields(site.get("/up/x", "bob"), name)).containsExactly(value);
        assertThat(site.fieldsOverHttp2("/up/x", name)).containsExactly(value);
    }

    @Test
    void datesAnAnswerThatHasNoDate() throws Exception {
        site.play(Site::answerOk);
        assertThat(Site.fields(site.get("/up/x", "bob"), "Date")).hasSize(1);
        assertThat(site.fieldsOverHttp2("/up/x", "Date")).hasSize(1);
    }

    @Test
    void followsNoRedirect() throws Exception {
        int before = site.upstream().connections().size();
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 302 Found\r\nLocation: " + site.url()
                    + "/metadata\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        assertThat(site.get("/kube/x", "bob")).startsWith("HTTP/1.1 302 ");
        assertThat(site.upstream().connections()).hasSize(before + 1);
    }
}
