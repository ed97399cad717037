package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.plugin.TestPlugins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.KeyStore;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * WebSockets that a page opens. A browser sends a password or a certificate along by itself, and Chromium says of the page
 * nothing but its {@code Origin}.
 */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record BrowserSocketIT(ContainerKind kind) {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";

    /** It sends an Origin, too. */
    private static final String PYTHON = "OpenAPI-Generator/31.0.0/python";

    private static Site site;
    private static KeyStore.PrivateKeyEntry bob;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
        Files.createDirectories(site.home().folder().resolve("plugins"));
        Files.copy(TestPlugins.example(), site.home().folder().resolve("plugins/example.jar"));
        site.home()
                .file("token", TOKEN + "\n")
                .certificate("clients.crt", site.certificates().authority())
                .product("authenticators", "robots: {plugin: static-token, token: \"${file:token}\", user: bob}")
                .product("authenticators", "certificates: {plugin: mtls, client-ca: clients.crt}")
                .targetAs("path", target("path: /path/"))
                .targetAs("app", target("host: app.test"))
                .targetAs("local", target("host: localhost"))
                .targetAs("shared", target("path: /shared/, browser-sessions: shared-origin"))
                .write();
        site.awaitReload();
        bob = site.certificates().entry("CN=bob");
    }

    private static String target(String where) {
        return "{" + where + ", url: \"" + site.url() + "\", authenticators: [staff, robots, certificates], "
                + "authorizers: [policy], identity: as-user}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private enum Proof {
        PASSWORD,
        CERTIFICATE,
        TOKEN
    }

    /** Asks for a WebSocket; the first line of the answer. */
    private static String open(Proof proof, String host, String path, String agent, String origin) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            connection.readToEnd();
        });
        String authorization = switch (proof) {
            case PASSWORD -> "Authorization: " + GatehouseHome.basic("bob") + "\r\n";
            case TOKEN -> "Authorization: Bearer " + TOKEN + "\r\n";
            case CERTIFICATE -> "";
        };
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + agent + "\r\n"
                + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n") + authorization
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (RawClient client = RawClient.tls(
                site.container().tlsPort(),
                proof == Proof.CERTIFICATE
                        ? site.certificates().clientContext(bob)
                        : site.certificates().clientContext())) {
            String head = client.send(request).readHead();
            return head.substring(0, "HTTP/1.1 xxx".length());
        }
    }

    private static void isRefused(Proof proof, String host, String path, String origin) throws Exception {
        int before = site.upstream().connections().size();
        String agent = "Mozilla/" + Site.marker();
        assertThat(open(proof, host, path, agent, origin)).isEqualTo("HTTP/1.1 403");
        AuditRecords.Line record = site.records().close(agent);
        assertThat(record.decision()).isEqualTo("deny");
        assertThat(record.text("subject", "user")).isEqualTo("bob");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    /** A page of one target, such as one that anybody may see, must not act on another as whoever looks at it. */
    @ParameterizedTest
    @CsvSource({
        "PASSWORD,https://gate.test",
        "PASSWORD,https://evil.test",
        "PASSWORD,null",
        "CERTIFICATE,https://gate.test",
        "CERTIFICATE,https://evil.test",
        "CERTIFICATE,null"
    })
    void noPageOpensOneOnAnOriginThatTargetsShare(Proof proof, String origin) throws Exception {
        isRefused(proof, "gate.test", "/path/", origin);
    }

    @ParameterizedTest
    @CsvSource({
        "app.test,/,https://evil.test",
        "app.test,/,https://app.test.evil.test",
        "app.test,/,https://evil-app.test",
        "app.test,/,https://app.test:8443",
        "app.test,/,http://app.test",
        "app.test,/,tauri://app.test",
        "app.test,/,null",
        "app.test,/,https://gate.test",
        "gate.test,/shared/,https://app.test",
        "gate.test,/shared/,null"
    })
    void noOtherSitesPageOpensOne(String host, String path, String origin) throws Exception {
        isRefused(Proof.PASSWORD, host, path, origin);
        isRefused(Proof.CERTIFICATE, host, path, origin);
    }

    @ParameterizedTest
    @CsvSource({
        "app.test,/,https://app.test",
        "app.test:8443,/,https://APP.test:8443",
        "gate.test,/shared/,https://gate.test"
    })
    void itsOwnPageOpensOne(String host, String path, String origin) throws Exception {
        assertThat(open(Proof.PASSWORD, host, path, CHROMIUM, origin)).isEqualTo("HTTP/1.1 101");
        assertThat(open(Proof.CERTIFICATE, host, path, CHROMIUM, origin)).isEqualTo("HTTP/1.1 101");
    }

    /** What no browser sends by itself needs no origin. */
    @ParameterizedTest
    @CsvSource({"gate.test,/path/,https://evil.test", "app.test,/,null", "gate.test,/path/,''"})
    void aTokenOpensOneWhereverThePageIs(String host, String path, String origin) throws Exception {
        assertThat(open(Proof.TOKEN, host, path, CHROMIUM, origin)).isEqualTo("HTTP/1.1 101");
    }

    @ParameterizedTest
    @EnumSource
    void aProgramOpensOne(Proof proof) throws Exception {
        assertThat(open(proof, "gate.test", "/path/", "kubectl/v1.34", "")).isEqualTo("HTTP/1.1 101");
        assertThat(open(proof, "gate.test", "/path/", PYTHON, "https://gate.test"))
                .isEqualTo("HTTP/1.1 101");
    }

    /** There the host stands in {@code :authority}, with its port. */
    @ParameterizedTest
    @CsvSource({"https://localhost:,200", "https://localhost.evil.test:,403"})
    void anOriginIsComparedWithItsPortOverHttp2(String origin, int status) throws Exception {
        site.play(Site::answerOk);
        HttpResponse<String> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/x")))
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .header("User-Agent", CHROMIUM)
                                .header("Origin", origin + site.container().tlsPort())
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(status);
    }
}
