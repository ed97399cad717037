package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.TestCertificates;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that answer 401: to Gatehouse's own credential, or to the person. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record OwnCredentialIT(ContainerKind kind) {

    private static final String PODS = "/api/v1/namespaces/d/pods";
    private static final String PROXIED = "/api/v1/namespaces/d/services/ui/proxy/login";

    private static Site site;
    private static Http2Upstream http2;
    private static CapturedLog log;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        log = new CapturedLog();
        log.begin();
        http2 = Http2Upstream.start();
        http2.play(call -> call.head(true, ":status", "401", "www-authenticate", "Basic realm=\"upstream\""));
        site = Site.start(
                kind,
                prepared -> prepared.home()
                        .file("token", "not-good-any-more\n")
                        .certificate("own", TestCertificates.create().entry("CN=gatehouse"))
                        .target("token", prepared.url(), "kubernetes: true, token-file: token")
                        .target(
                                "certificate",
                                "https://localhost:" + prepared.secureUpstream().port(),
                                "kubernetes: true, ca: ca.crt, client-certificate: own.crt, client-key: own.key")
                        .target("ui", prepared.url(), "basic: {user: gatehouse, password: not-good-any-more}")
                        .target(
                                "cookies",
                                "https://localhost:" + prepared.secureUpstream().port(),
                                "ca: ca.crt, client-certificate: own.crt, client-key: own.key")
                        .product("identities", "front: {plugin: front-proxy}")
                        .targetAs("unproven", front("unproven", prepared.url(), "token-file: token"))
                        .targetAs(
                                "proven",
                                front(
                                        "proven",
                                        "https://localhost:"
                                                + prepared.secureUpstream().port(),
                                        "ca: ca.crt, client-certificate: own.crt, client-key: own.key"))
                        .product("identities", "headers: {plugin: remote-user, groups-separator: \"|\"}")
                        .product(
                                "authenticators",
                                "owners: {plugin: htpasswd, file: htpasswd, groups: [staff, \"system:masters\"]}")
                        .targetAs("cluster", told(prepared, "cluster", "owners", "kubernetes: true, "))
                        .targetAs("people", told(prepared, "people", "staff", "kubernetes: true, "))
                        .targetAs("application", told(prepared, "application", "owners", ""))
                        .target("two", http2.url(), "protocol: h2c, kubernetes: true, token-file: token")
                        .target("twoui", http2.url(), "protocol: h2c"));
    }

    private static String front(String name, String url, String credential) {
        return "{path: /" + name + "/, url: \"" + url + "\", kubernetes: true, " + credential
                + ", authenticators: [staff], authorizers: [policy], identity: front}";
    }

    private static String told(Site prepared, String name, String authenticator, String more) {
        return "{path: /" + name + "/, url: \"https://localhost:"
                + prepared.secureUpstream().port() + "\", " + more
                + "ca: ca.crt, client-certificate: own.crt, client-key: own.key, authenticators: [" + authenticator
                + "], authorizers: [policy], identity: headers}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        http2.close();
        log.end();
    }

    @BeforeEach
    void refuse() {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"upstream\"\r\n"
                    + "Content-Length: 2\r\nConnection: close\r\n\r\nno");
        });
    }

    private static String get(String target, String marker) throws Exception {
        return site.exchange(false, Site.head("GET", target, "bob", marker, "Connection: close") + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "certificate", "two"})
    void isTheTargetsFailureAndNotTheirLogin(String target) throws Exception {
        String marker = Site.marker();
        String message = "target " + target + " refused Gatehouse's own credential";
        assertThat(get("/" + target + PODS, marker))
                .startsWith("HTTP/1.1 502 ")
                .contains("\"kind\":\"Status\"", "\"message\":\"" + message + "\"")
                .doesNotContainIgnoringCase("www-authenticate");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.text("completion", "status")).isEqualTo("502");
        assertThat(record.end()).isEqualTo(message);
        assertThat(log.text()).contains(message).doesNotContain("not-good-any-more");
        get("/" + target + PODS, Site.marker());
        assertThat(log.count(message)).as("a line a minute").isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"token,502", "certificate,502", "ui,502", "two,502", "kube,401", "cookies,401", "twoui,401"})
    void isToldOverHttp2Too(String target, int status) throws Exception {
        HttpResponse<String> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/" + target + PODS)))
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(status == 401);
    }

    @Test
    void isOneLineOfAWebApplication() throws Exception {
        assertThat(get("/ui/x", Site.marker()))
                .startsWith("HTTP/1.1 502 ")
                .endsWith("\r\n\r\ntarget ui refused Gatehouse's own credential\n");
    }

    /** What stands behind Gatehouse and knows nothing of its credential has a login of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"/up/x", "/kube" + PODS, "/cookies/x", "/token" + PROXIED, "/certificate" + PROXIED})
    void aLoginOfTheirOwnPasses(String target) throws Exception {
        assertThat(get(target, Site.marker()))
                .startsWith("HTTP/1.1 401 ")
                .containsIgnoringCase("www-authenticate: Basic realm=\"upstream\"")
                .endsWith("no");
    }

    @ParameterizedTest
    @CsvSource({"token,502", "kube,401"})
    void isToldOfAStreamToo(String target, int status) throws Exception {
        String head = Site.head(
                "POST",
                "/" + target + PODS + "/p/exec?command=id&stdout=1",
                "bob",
                Site.marker(),
                "Connection: Upgrade",
                "Upgrade: SPDY/3.1",
                "Content-Length: 0");
        assertThat(site.exchange(false, head + "\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    /** An API server believes its front proxy's certificate; by a token, it would take everybody for Gatehouse. */
    @Test
    void theFrontProxysHeadersGoNowhereWithoutItsCertificate() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(Site.OK);
        });
        assertThat(get("/proven" + PODS, Site.marker())).startsWith("HTTP/1.1 200 ");
        assertThat(site.secureUpstream().connections())
                .last()
                .satisfies(connection -> assertThat(connection.received())
                        .contains("\r\nX-Remote-User: bob\r\n", "\r\nX-Remote-Group: staff\r\n"));
        int before = site.upstream().connections().size();
        assertThat(get("/unproven" + PODS, Site.marker()))
                .startsWith("HTTP/1.1 503 ")
                .contains("target unproven shows no client certificate");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    /** It would make a cluster's administrator of whoever a login says is one. */
    @Test
    void noClusterIsToldNamesOfItsOwnByAnIdentityForApplications() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send(Site.OK);
        });
        String marker = Site.marker();
        int before = site.secureUpstream().connections().size();
        assertThat(get("/cluster" + PODS, marker)).startsWith("HTTP/1.1 403 ").doesNotContain("system:");
        assertThat(site.records().close(marker).reason())
                .startsWith("identity: the user or a group starts with system:")
                .contains("front-proxy");
        assertThat(site.secureUpstream().connections()).hasSize(before);
        assertThat(get("/people" + PODS, Site.marker())).startsWith("HTTP/1.1 200 ");
        assertThat(get("/application/x", Site.marker())).startsWith("HTTP/1.1 200 ");
        assertThat(site.secureUpstream().connections())
                .last()
                .satisfies(connection ->
                        assertThat(connection.received()).contains("\r\nX-Remote-Group: staff|system:masters\r\n"));
    }
}
