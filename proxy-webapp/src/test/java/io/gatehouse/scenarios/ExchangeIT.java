package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client and an upstream say to each other arrives as it was said, on every container. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ExchangeIT(ContainerKind kind) {

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

    private static HttpRequest.Builder h2(String target) {
        return HttpRequest.newBuilder(URI.create(site.https(target)))
                .header("Authorization", GatehouseHome.basic("bob"));
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
                        h2("/up/x")
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
                            .send(h2("/up/x").build(), HttpResponse.BodyHandlers.ofString())
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
    @ValueSource(strings = {"POST", "PUT", "PATCH", "GET", "DELETE"})
    void passesARequestBodyOn(String method) throws Exception {
        site.play(connection -> {
            String head = connection.readHead();
            connection.read(head.contains("chunked") ? "4\r\nbody\r\n0\r\n\r\n".length() : 4);
            connection.send(Site.OK);
        });
        site.exchange(false, head(method, "/up/x", "Content-Length: 4", "Connection: close") + "\r\nbody");
        assertThat(site.lastConnection().received())
                .startsWith(method + " /x HTTP/1.1\r\n")
                .contains("\r\nContent-Length: 4\r\n")
                .endsWith("\r\n\r\nbody");
        site.exchange(
                false,
                head(method, "/up/x", "Transfer-Encoding: chunked", "Connection: close")
                        + "\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\nImpersonate-User: admin\r\nX-Trailer: forged\r\n\r\n");
        assertThat(unchunked(site.lastConnection().received())).isEqualTo("body");
        assertThat(site.lastConnection().received()).doesNotContain("admin", "forged");
        HttpRequest.BodyPublisher unannounced =
                HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString("body"));
        site.http2().send(h2("/up/x").method(method, unannounced).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(unchunked(site.lastConnection().received())).isEqualTo("body");
    }

    /** Attack E5: what stands behind a body says neither who it is nor how long anything is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Impersonate-User: forged",
                "Impersonate-Group: forged",
                "Authorization: Bearer forged",
                "X-Remote-User: forged",
                "Cookie: forged=1",
                "Host: forged",
                "Content-Length: 909090",
                "Transfer-Encoding: forged",
                "Connection: forged",
                "X-Trailer: forged"
            })
    void passesNoTrailerOfARequestOn(String trailer) throws Exception {
        site.play(connection -> {
            String sent = connection.readHead();
            while (!sent.endsWith("0\r\n\r\n")) {
                sent += new String(connection.read(1), StandardCharsets.ISO_8859_1);
            }
            connection.send(Site.OK);
        });
        for (String target : new String[] {"/up/x", "/kube/api/v1/namespaces/d/pods"}) {
            String marker = Site.marker();
            String head = Site.head("POST", target, "bob", marker, "Transfer-Encoding: chunked", "Connection: close");
            String answer = site.exchange(false, head + "\r\n4\r\nbody\r\n0\r\n" + trailer + "\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            assertThat(unchunked(site.lastConnection().received())).isEqualTo("body");
            assertThat(site.lastConnection().received())
                    .contains("\r\nImpersonate-User: bob\r\n")
                    .doesNotContain("forged", "909090");
            assertThat(site.records().close(marker).text("subject", "impersonated"))
                    .isEmpty();
        }
        try (RawClient client = site.container().http2()) {
            Map<String, String> head = new LinkedHashMap<>();
            head.put(":method", "POST");
            head.put(":scheme", "https");
            head.put(":authority", "gate");
            head.put(":path", "/kube/api/v1/namespaces/d/pods");
            head.put("authorization", GatehouseHome.basic("bob"));
            int colon = trailer.indexOf(':');
            // Its settings are answered before it may hang up.
            Http2Frames.readToPing(client.send(Http2Frames.opening(1_000_000)).send(Http2Frames.ping()));
            client.send(Http2Frames.request(1, head, false));
            client.send(Http2Frames.data(1, "body".getBytes(StandardCharsets.US_ASCII)));
            Map<String, String> trailers =
                    Map.of(trailer.substring(0, colon).toLowerCase(), trailer.substring(colon + 2));
            int before = site.upstream().connections().size();
            client.send(Http2Frames.request(1, trailers, true));
            awaitEnd(client);
            if (site.upstream().connections().size() > before) {
                assertThat(site.lastConnection().received()).doesNotContain("forged", "909090");
            }
        }
    }

    /** An answer, or a refusal of the whole, as RFC 9113 8.2.2 has it for some fields. */
    private static void awaitEnd(RawClient client) throws IOException {
        Http2Frames.Frame frame;
        do {
            frame = Http2Frames.next(client);
        } while (frame.type() != Http2Frames.HEADERS
                && frame.type() != Http2Frames.RST_STREAM
                && frame.type() != Http2Frames.GOAWAY);
    }

    /** What stands in the chunks behind a head. */
    private static String unchunked(String message) {
        String rest = message.substring(message.indexOf("\r\n\r\n") + 4);
        StringBuilder body = new StringBuilder();
        while (!rest.startsWith("0")) {
            int size = Integer.parseInt(rest.substring(0, rest.indexOf("\r\n")), 16);
            int from = rest.indexOf("\r\n") + 2;
            body.append(rest, from, from + size);
            rest = rest.substring(from + size + 2);
        }
        assertThat(message).containsIgnoringCase("\r\nTransfer-Encoding: chunked\r\n");
        return body.toString();
    }

    @Test
    void asksForABodyThatWaitsToBeAskedFor() throws Exception {
        site.play(connection -> {
            assertThat(connection.readHead()).doesNotContainIgnoringCase("\r\nExpect:");
            connection.read(4);
            connection.send(Site.OK);
        });
        try (RawClient client = site.container().client(false)) {
            client.send(head("POST", "/up/x", "Content-Length: 4", "Expect: 100-continue") + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 ");
            assertThat(client.send("body").readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @CsvSource({"alice,403,false", "alice,403,true", "carol,401,false", "carol,401,true"})
    void refusesBeforeABodyIsRead(String user, int status, boolean expects) throws Exception {
        int before = site.upstream().connections().size();
        String head = Site.head(
                "POST",
                "/up/api/v1/namespaces/d/pods",
                user,
                Site.marker(),
                "Content-Length: 1073741824",
                expects ? "Expect: 100-continue" : "X-A: b");
        try (RawClient client = site.container().client(false)) {
            assertThat(client.send(head + "\r\n").readHead())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("\r\nConnection: close\r\n");
        }
        assertThat(site.upstream().connections()).hasSize(before);
    }

    /** Over HTTP/2 in several fields: Tomcat sends one of more than 16 kB in a frame that is too large. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void carriesLargeHeadersBothWays(boolean http2) throws Exception {
        String[] fields = new String[http2 ? 8 : 1];
        Arrays.setAll(fields, i -> "X-Large-" + i + ": " + "x".repeat(40_000 / fields.length));
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n" + String.join("\r\n", fields)
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        if (http2) {
            HttpRequest.Builder request = h2("/up/x");
            for (String field : fields) {
                request.header(field.substring(0, 9), field.substring(11));
            }
            HttpResponse<String> answer = site.http2().send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (String field : fields) {
                assertThat(answer.headers().firstValue(field.substring(0, 9))).hasValue(field.substring(11));
            }
        } else {
            assertThat(site.exchange(false, head("GET", "/up/x", fields[0], "Connection: close") + "\r\n"))
                    .containsIgnoringCase("\r\n" + fields[0] + "\r\n");
        }
        for (String field : fields) {
            assertThat(site.lastConnection().received()).containsIgnoringCase("\r\n" + field + "\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"up,false", "up,true", "secure,true"})
    void carriesLargeBodiesBothWays(String target, boolean http2) throws Exception {
        int size = 64 * 1024 * 1024;
        byte[] piece = new byte[1024 * 1024];
        new Random(7).nextBytes(piece);
        site.play(connection -> {
            connection.readHead();
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            for (int left = size; left > 0; left -= piece.length) {
                sum.update(connection.readUnrecorded(piece.length));
            }
            connection.send("HTTP/1.1 200 OK\r\nX-Sum: " + HexFormat.of().formatHex(sum.digest())
                    + "\r\nContent-Length: " + size + "\r\nConnection: close\r\n\r\n");
            for (int left = size; left > 0; left -= piece.length) {
                connection.send(piece);
            }
        });
        MessageDigest expected = MessageDigest.getInstance("SHA-256");
        for (int left = size; left > 0; left -= piece.length) {
            expected.update(piece);
        }
        String sum = HexFormat.of().formatHex(expected.digest());
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        if (http2) {
            HttpRequest.BodyPublisher body =
                    HttpRequest.BodyPublishers.ofByteArrays(java.util.Collections.nCopies(size / piece.length, piece));
            HttpRequest request = h2("/" + target + "/x")
                    .POST(HttpRequest.BodyPublishers.fromPublisher(body, size))
                    .build();
            HttpResponse<InputStream> answer = site.http2().send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("X-Sum")).hasValue(sum);
            byte[] buffer = new byte[64 * 1024];
            for (int n = answer.body().read(buffer); n >= 0; n = answer.body().read(buffer)) {
                received.update(buffer, 0, n);
            }
        } else {
            try (RawClient client = site.container().client(false)) {
                client.send(head("POST", "/" + target + "/x", "Content-Length: " + size) + "\r\n");
                for (int left = size; left > 0; left -= piece.length) {
                    client.send(piece);
                }
                assertThat(client.readHead()).containsIgnoringCase("\r\nX-Sum: " + sum + "\r\n");
                for (int left = size; left > 0; left -= piece.length) {
                    received.update(client.read(piece.length));
                }
            }
        }
        assertThat(HexFormat.of().formatHex(received.digest())).isEqualTo(sum);
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
