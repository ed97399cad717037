package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A web application behind a path that speaks HTTP/2: what it refers to is led through Gatehouse as with HTTP/1.1. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record Http2WebApplicationIT(ContainerKind kind) {

    private static final String PAGE = "<link href='/a.css'><script src=/a.js>'/x'</script><a href=\"/b\">";
    private static final String REWRITTEN =
            "<link href='/two/a.css'><script src=/two/a.js>'/x'</script><a href=\"/two/b\">";

    private static Site site;
    private static Http2Upstream upstream;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        upstream = Http2Upstream.start();
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .target("two", upstream.url(), "protocol: h2c")
                        .target("plain", upstream.url(), "protocol: h2c, rewrite-links: false"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        upstream.close();
    }

    private static String get(String target, String... more) throws IOException {
        String[] lines = Arrays.copyOf(more, more.length + 1);
        lines[more.length] = "Connection: close";
        return site.exchange(false, Site.head("GET", target, "bob", Site.marker(), lines) + "\r\n");
    }

    private static HttpRequest request(String target, String... fields) {
        return HttpRequest.newBuilder(URI.create(site.https(target)))
                .header("Authorization", GatehouseHome.basic("bob"))
                .headers(fields)
                .build();
    }

    @Test
    void rewritesPages() throws Exception {
        upstream.play(call -> call.head(
                        false,
                        ":status",
                        "200",
                        "content-type",
                        "text/html",
                        "content-length",
                        Integer.toString(PAGE.length()),
                        "etag",
                        "\"v1\"")
                .data(PAGE, true));
        HttpResponse<String> answer = site.http2()
                .send(request("/two/", "Accept-Encoding", "br, gzip"), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo(REWRITTEN);
        assertThat(answer.headers().firstValue("etag")).contains("W/\"v1\"");
        assertThat(upstream.lastCall().field("accept-encoding")).containsExactly("gzip");
        assertThat(get("/two/", "Connection: close"))
                .contains("<link href='/two/a.css'>")
                .doesNotContain("Content-Length: " + PAGE.length());
        assertThat(get("/plain/", "Accept-Encoding: br, gzip")).endsWith("\r\n\r\n" + PAGE);
        assertThat(upstream.lastCall().field("accept-encoding").toString()).contains("br");
    }

    @Test
    void rewritesACompressedPage() throws Exception {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try (GZIPOutputStream coder = new GZIPOutputStream(page)) {
            coder.write(PAGE.getBytes(StandardCharsets.US_ASCII));
        }
        upstream.play(
                call -> call.head(false, ":status", "200", "content-type", "text/html", "content-encoding", "gzip")
                        .data(page.toByteArray(), true));
        byte[] body = site.http2()
                .send(request("/two/", "Accept-Encoding", "gzip"), HttpResponse.BodyHandlers.ofByteArray())
                .body();
        assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                .asString()
                .isEqualTo(REWRITTEN);
    }

    /** The head before the first piece, and each piece before the next one is sent. */
    @Test
    void showsEachPieceOfAPageAtOnce() throws Exception {
        Semaphore seen = new Semaphore(0);
        upstream.play(call -> {
            call.head(false, ":status", "200", "content-type", "text/html");
            for (int i = 0; i < 10; i++) {
                assertThat(seen.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
                call.data("<a href='/" + i + "'>", i == 9);
            }
        });
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/two/", "bob", Site.marker()) + "\r\n")
                    .readHead();
            for (int i = 0; i < 10; i++) {
                seen.release();
                assertThat(client.readChunk()).asString().isEqualTo("<a href='/two/" + i + "'>");
            }
        }
    }

    @Test
    void leadsReferencesOfTheHeadThroughGatehouse() throws Exception {
        upstream.play(call -> {
            call.head(false, ":status", "103", "link", "</style.css>; rel=preload");
            call.head(
                    true,
                    ":status",
                    "302",
                    "location",
                    upstream.url() + "/login",
                    "set-cookie",
                    "sid=1; Path=/",
                    "link",
                    "</next>; rel=next");
        });
        String answer = get("/two/");
        assertThat(answer.substring(0, answer.indexOf("\r\n\r\n")))
                .startsWith("HTTP/1.1 103 ")
                .contains("</two/style.css>");
        assertThat(answer)
                .contains("\r\n\r\nHTTP/1.1 302 ")
                .containsIgnoringCase("location: /two/login\r\n")
                .containsIgnoringCase("set-cookie: sid=1; Path=/two/\r\n")
                .contains("</two/next>; rel=next")
                .doesNotContain(upstream.url());
    }

    /** Attack C12: no client is led away with its credentials. */
    @Test
    void refusesARedirectToAnotherHost() throws Exception {
        for (String location : List.of("https://idp.example.com/login", "//evil/x")) {
            upstream.play(call -> call.head(true, ":status", "302", "location", location));
            assertThat(get("/two/"))
                    .startsWith("HTTP/1.1 502 ")
                    .contains("redirected to another host")
                    .doesNotContain(location);
        }
    }
}
