package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends arrives as it was said, and large things do both ways, on every container. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record RequestIT(ContainerKind kind) {

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
        site.http2()
                .send(
                        site.requestOverHttp2("/up/x")
                                .method(method, unannounced)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
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
            HttpRequest.Builder request = site.requestOverHttp2("/up/x");
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
                    HttpRequest.BodyPublishers.ofByteArrays(Collections.nCopies(size / piece.length, piece));
            HttpRequest request = site.requestOverHttp2("/" + target + "/x")
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
}
