package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages whose links lead through Gatehouse, and everything that is not such a page, byte for byte. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record PageIT(ContainerKind kind) {

    private static final String SERVICE = "/api/v1/namespaces/d/services/https:ui:443/proxy";
    private static final String PAGE =
            "<!DOCTYPE html><link href='/a.css'><script src=/a.js>'/x'</script><a href=\"/b\">";
    private static final String REWRITTEN =
            "<!DOCTYPE html><link href='/up/a.css'><script src=/up/a.js>'/x'</script><a href=\"/up/b\">";
    private static final String TYPE = "Content-Type: text/html; charset=utf-8";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                home -> home.home()
                        .target("plain", home.url(), "rewrite-links: false")
                        .targetAs(
                                "wiki",
                                "{host: wiki.gate, url: \"" + home.url()
                                        + "\", authenticators: [staff], authorizers: [policy], identity: as-user}"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void play(String status, byte[] body, String... fields) {
        site.play(connection -> {
            boolean bodiless = connection.readHead().startsWith("HEAD");
            connection.send("HTTP/1.1 " + status + "\r\n" + String.join("\r\n", fields) + "\r\nContent-Length: "
                    + body.length + "\r\nConnection: close\r\n\r\n");
            connection.send(bodiless ? new byte[0] : body);
        });
    }

    /** An answer over HTTP/1.1 with the chunks of its body joined. */
    private record Answer(String head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    private static Answer ask(String method, String target, String... fields) throws Exception {
        String raw = site.exchange(
                false, Site.head(method, target, "bob", Site.marker(), fields) + "Connection: close\r\n\r\n");
        int end = raw.indexOf("\r\n\r\n") + 4;
        String head = raw.substring(0, end);
        byte[] body = bytes(raw.substring(end));
        return new Answer(head, head.toLowerCase().contains("transfer-encoding: chunked") ? joined(body) : body);
    }

    private static byte[] joined(byte[] chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String text = new String(chunks, StandardCharsets.ISO_8859_1);
        for (int at = 0; at < text.length(); ) {
            int line = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, line).strip(), 16);
            body.write(chunks, line + 2, size);
            at = line + 2 + size + 2;
        }
        return body.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream coder = new GZIPOutputStream(out)) {
            coder.write(bytes(text));
        }
        return out.toByteArray();
    }

    private static byte[] zlib(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream coder = new DeflaterOutputStream(out)) {
            coder.write(bytes(text));
        }
        return out.toByteArray();
    }

    @Test
    void rewritesThePagesOfAWebServer() throws Exception {
        play(
                "200 OK",
                bytes(PAGE),
                TYPE,
                "ETag: \"v1\"",
                "Accept-Ranges: bytes",
                "Content-MD5: x",
                "Digest: sha-256=x",
                "Content-Security-Policy: default-src 'self'");
        for (String method : new String[] {"GET", "HEAD"}) {
            Answer answer = ask(method, "/up/");
            assertThat(answer.text()).isEqualTo(method.equals("GET") ? REWRITTEN : "");
            assertThat(answer.head())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("ETag: W/\"v1\"\r\n")
                    .contains("Content-Security-Policy: default-src 'self'\r\n")
                    .doesNotContain("Content-Length: " + PAGE.length())
                    .doesNotContain("Accept-Ranges", "Content-MD5", "Digest");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"404 Not Found", "500 Internal Server Error", "401 Unauthorized", "302 Found"})
    void rewritesPagesOfEveryStatus(String status) throws Exception {
        play(status, bytes(PAGE), TYPE, "X: y");
        assertThat(ask("GET", "/up/").text()).isEqualTo(REWRITTEN);
    }

    @Test
    void rewritesThePagesBehindTheServiceProxyAndNoOthersOfACluster() throws Exception {
        String served = PAGE.replace("'/a.css", "'" + SERVICE + "/a.css").replace("\"/b", "\"" + SERVICE + "/b");
        play("200 OK", bytes(served), TYPE);
        String root = "/kube" + SERVICE;
        assertThat(ask("GET", root + "/").text())
                .isEqualTo("<!DOCTYPE html><link href='" + root + "/a.css'><script src=" + root
                        + "/a.js>'/x'</script><a href=\"" + root + "/b\">");
        assertThat(ask("GET", root.replace("https:ui:443", "https%3Aui%3A443") + "/")
                        .text())
                .contains("<a href=\"" + root + "/b\">");
        assertThat(ask("GET", "/kube/logs/").text()).isEqualTo(served);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            value = {
                "/up/ ~ 200 OK ~ Content-Type: text/plain",
                "/up/ ~ 200 OK ~ Content-Type: text/htmlx",
                "/up/ ~ 200 OK ~ Content-Type: application/javascript",
                "/up/ ~ 200 OK ~ X: no-type",
                "/up/ ~ 200 OK ~ Content-Type: text/html; charset=UTF-16LE",
                "/up/ ~ 200 OK ~ Content-Type: text/html; charset=\"iso-2022-jp\"",
                "/up/ ~ 206 Partial Content ~ Content-Type: text/html{n}Content-Range: bytes 0-9/10",
                "/up/ ~ 200 OK ~ Content-Type: text/html{n}Content-Encoding: br",
                "/up/ ~ 200 OK ~ Content-Type: text/html{n}Content-Encoding: gzip, gzip",
                "/up/ ~ 200 OK ~ Content-Type: text/html{n}Content-Disposition: attachment; filename=a.html",
                "/plain/ ~ 200 OK ~ Content-Type: text/html"
            })
    void leavesEverythingElseByteForByte(String target, String status, String fields) throws Exception {
        play(status, bytes(PAGE), fields.replace("{n}", "\r\n"), "ETag: \"v1\"", "Accept-Ranges: bytes");
        Answer answer = ask("GET", target);
        assertThat(answer.text()).isEqualTo(PAGE);
        assertThat(answer.head())
                .contains("ETag: \"v1\"\r\n")
                .contains("Accept-Ranges: bytes\r\n")
                .contains("Content-Length: " + PAGE.length() + "\r\n");
    }

    @Test
    void leavesAPageOnAHostOfItsOwn() throws Exception {
        play("200 OK", bytes(PAGE), TYPE);
        String answer = site.exchange(
                false,
                "GET / HTTP/1.1\r\nHost: wiki.gate\r\nAuthorization: " + GatehouseHome.basic("bob")
                        + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).endsWith("\r\n\r\n" + PAGE);
    }

    @Test
    void keepsATagWeakThatWasWeak() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n");
        });
        assertThat(ask("GET", "/up/", "If-None-Match: W/\"v1\"").head()).contains("ETag: W/\"v1\"\r\n");
        assertThat(ask("GET", "/up/", "If-None-Match: \"v1\"").head()).contains("ETag: \"v1\"\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            value = {
                "Accept-Encoding: gzip, deflate, br, zstd ~ gzip, deflate",
                "Accept-Encoding: br ~ identity",
                "Accept-Encoding: br;q=1, gzip;q=0.5, *;q=0 ~ gzip;q=0.5",
                "Sec-Fetch-Dest: script{n}Accept-Encoding: gzip, br ~ gzip, br",
                "Sec-Fetch-Dest: document{n}Accept-Encoding: gzip, br ~ gzip"
            })
    void asksForACodingThatItUnderstands(String fields, String sent) throws Exception {
        site.play(Site::answerOk);
        ask("GET", "/up/", fields.replace("{n}", "\r\n"));
        assertThat(site.lastConnection().received()).containsIgnoringCase("\r\nAccept-Encoding: " + sent + "\r\n");
        ask("GET", "/plain/", "Accept-Encoding: br");
        assertThat(site.lastConnection().received()).containsIgnoringCase("\r\nAccept-Encoding: br\r\n");
    }

    @Test
    void understandsGzipAndDeflate() throws Exception {
        String page = PAGE.repeat(5_000);
        play("200 OK", gzip(page), TYPE, "Content-Encoding: gzip");
        Answer gzip = ask("GET", "/up/");
        assertThat(gzip.head()).contains("Content-Encoding: gzip\r\n");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(bytes(REWRITTEN.repeat(5_000)));
        play("200 OK", zlib(page), TYPE, "Content-Encoding: deflate");
        assertThat(new InflaterInputStream(
                                new ByteArrayInputStream(ask("GET", "/up/").body()))
                        .readAllBytes())
                .isEqualTo(bytes(REWRITTEN.repeat(5_000)));
    }

    /** A page of 60 MB that came as 60 kB: it passes, and nobody keeps it. */
    @Test
    void staysAStreamForABomb() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        byte[] block = bytes("<p>".repeat(333_333));
        try (GZIPOutputStream coder = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 60; i++) {
                coder.write(block);
            }
        }
        play("200 OK", bomb.toByteArray(), TYPE, "Content-Encoding: gzip");
        long length = 0;
        try (InputStream page =
                new GZIPInputStream(new ByteArrayInputStream(ask("GET", "/up/").body()))) {
            for (long skipped = page.skip(1 << 20); skipped > 0; skipped = page.skip(1 << 20)) {
                length += skipped;
            }
        }
        assertThat(length).isEqualTo(60L * block.length);
    }

    @Test
    void doesNotPassOffABrokenPageAsAWholeOne() throws Exception {
        byte[] page = gzip(PAGE);
        play("200 OK", Arrays.copyOf(page, page.length - 9), TYPE, "Content-Encoding: gzip");
        String answer =
                site.exchange(false, Site.head("GET", "/up/", "bob", Site.marker(), "Connection: close") + "\r\n");
        assertThat(answer).doesNotEndWith("0\r\n\r\n");
        play("200 OK", bytes("this is not gzip at all"), TYPE, "Content-Encoding: gzip");
        assertThat(site.exchange(false, Site.head("GET", "/up/", "bob", Site.marker(), "Connection: close") + "\r\n"))
                .doesNotEndWith("0\r\n\r\n")
                .doesNotContain("not gzip at all");
    }

    private static void await(Semaphore seen) throws InterruptedException {
        if (!seen.tryAcquire(20, TimeUnit.SECONDS)) {
            throw new AssertionError("The client has not seen the piece");
        }
    }

    private static void sendPieces(ScriptedUpstream.Connection connection, Semaphore seen, int count) throws Exception {
        connection.readHead();
        connection.send("HTTP/1.1 200 OK\r\n" + TYPE + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        for (int i = 0; i < count; i++) {
            await(seen);
            String piece = "<a href='/" + i + "'>";
            connection.send(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n");
        }
        connection.send("0\r\n\r\n");
    }

    /** The head before the first piece, and each piece before the next one is sent. */
    @Test
    void showsEachPieceOfAPageAtOnce() throws Exception {
        Semaphore seen = new Semaphore(0);
        site.play(connection -> sendPieces(connection, seen, 20));
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/up/", "bob", Site.marker()) + "\r\n").readHead();
            for (int i = 0; i < 20; i++) {
                seen.release();
                assertThat(client.readChunk()).isEqualTo(bytes("<a href='/up/" + i + "'>"));
            }
        }
    }

    @Test
    void showsEachPieceOfACompressedPageAtOnce() throws Exception {
        Semaphore seen = new Semaphore(0);
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n" + TYPE + "\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            GZIPOutputStream coder = new GZIPOutputStream(out, 512, true);
            for (int i = 0; i < 20; i++) {
                await(seen);
                coder.write(bytes("<a href='/" + i + "'>"));
                coder.flush();
                connection.send(out.toByteArray());
                out.reset();
            }
            coder.close();
            connection.send(out.toByteArray());
        });
        HttpResponse<InputStream> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/up/")))
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.headers().allValues("content-encoding")).isEqualTo(List.of("gzip"));
        seen.release();
        GZIPInputStream page = new GZIPInputStream(answer.body());
        for (int i = 0; i < 20; i++) {
            String piece = "<a href='/up/" + i + "'>";
            assertThat(page.readNBytes(piece.length())).isEqualTo(bytes(piece));
            seen.release();
        }
        assertThat(page.read()).isNegative();
    }
}
