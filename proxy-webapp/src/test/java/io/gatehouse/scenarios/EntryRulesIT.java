package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a target takes at all, what it gives to anybody, and how much of it. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record EntryRulesIT(ContainerKind kind) {

    private static final String RULES = "accept-hosts: [gate], reject-methods: [DELETE, UPGRADE],"
            + " allow-paths: [/public/**, /healthz], reject-paths: [/public/secret/**], ignore-paths: [/healthz],"
            + " encoded-slash: true";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .product("identities", "as-header: {plugin: remote-user}")
                        .targetAs(
                                "narrow",
                                "{path: /narrow/, url: \"" + made.url()
                                        + "\", authenticators: [staff], authorizers: [policy],"
                                        + " identity: as-header, " + RULES + "}")
                        .targetAs(
                                "open",
                                "{path: /open/, url: \"" + made.url()
                                        + "\", authenticators: [staff, anonymous], authorizers: [everybody],"
                                        + " identity: nobody}")
                        .product("identities", "nobody: {plugin: none}")
                        .product("authorizers", "everybody: {plugin: acl, policy: everybody.csv}")
                        .file("everybody.csv", "p, user:system:anonymous, *, /**, *, allow\n")
                        .product(
                                "identities",
                                "as-anybody: {plugin: impersonate, allow-system: [system:anonymous, system:unauthenticated]}")
                        .targetAs(
                                "cluster",
                                "{path: /cluster/, url: \"" + made.url()
                                        + "\", kubernetes: true, authenticators: [staff],"
                                        + " authorizers: [policy], identity: as-anybody, impersonation: true,"
                                        + " ignore-paths: [/livez]}")
                        .target("scarce", made.url(), "requests-per-second: 1, burst: 1, ignore-paths: [/healthz]")
                        .target("rare", made.url(), "kubernetes: true, requests-per-second: 1, burst: 2"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /narrow/public/x, 200, allow",
        "GET, /narrow/private, 404, not-found",
        "GET, /narrow/, 404, not-found",
        "GET, /narrow/public/secret, 403, deny",
        "GET, /narrow/public/secret/, 403, deny",
        "GET, /narrow/public/secret/x, 403, deny",
        "DELETE, /narrow/public/x, 403, deny",
        "GET, /narrow/public/%73ecret/x, 400, invalid",
        "GET, /narrow/public/a%2Fb, 200, allow",
        "GET, /narrow/public/secret%2Fx, 403, deny",
        "GET, /narrow/public%2Fx, 404, not-found",
        "GET, /narrow/healthz%2F, 404, not-found"
    })
    void takesWhatTheRulesSay(String method, String target, int status, String decision) throws Exception {
        String marker = Site.marker();
        String answer = site.exchange(false, Site.head(method, target, "bob", marker, "Connection: close") + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(site.records().close(marker).decision()).isEqualTo(decision);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "gate.evil.example", "localhost", "127.0.0.1"})
    void takesNoOtherHost(String host) throws Exception {
        String marker = Site.marker();
        String request = Site.head("GET", "/narrow/healthz", "bob", marker, "Connection: close") + "\r\n";
        String answer = site.exchange(false, request.replace("Host: gate\r\n", "Host: " + host + "\r\n"));
        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(site.records().close(marker).reason()).isEqualTo("accept-hosts");
    }

    @Test
    void anUpgradeIsAMethodOfItsOwn() throws Exception {
        String marker = Site.marker();
        String request = Site.head(
                        "GET",
                        "/narrow/public/x",
                        "bob",
                        marker,
                        "Connection: Upgrade",
                        "Upgrade: websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
                + "\r\n";
        try (RawClient client = site.container().client(false)) {
            assertThat(client.send(request).readHead()).startsWith("HTTP/1.1 403 ");
        }
        assertThat(site.records().close(marker).reason()).isEqualTo("reject-methods");
    }

    /** Not even a wrong credential counts there, and nothing that says who somebody is goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization: Basic Ym9iOndyb25n\r\n", "Authorization: Bearer stolen\r\n"})
    void givesAnIgnoredPathToAnybody(String credential) throws Exception {
        String marker = Site.marker();
        String answer = site.exchange(
                false,
                "GET /narrow/healthz HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nX-Remote-User: root\r\n"
                        + "User-Agent: " + marker + "\r\n" + credential + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        String sent = site.lastConnection().received().toLowerCase(java.util.Locale.ROOT);
        assertThat(sent).startsWith("get /healthz ").doesNotContain("authorization", "remote-user", "root");
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.reason()).isEqualTo("ignore-paths: /healthz");
        assertThat(record.text("subject", "user")).isEqualTo("system:anonymous");
    }

    /** Whoever brings one means to be somebody (CVE-2022-29165). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic Ym9iOndyb25n",
                "Basic bm9ib2R5OnNlY3JldA==",
                "Basic nonsense",
                "Bearer stolen",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ.",
                "Bearer gatehouse_stolen",
                "Negotiate c3RvbGVu",
                "bob"
            })
    void aCredentialThatDoesNotHoldIsNotNobodys(String credential) throws Exception {
        String marker = Site.marker();
        String head = "GET /open/x HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nUser-Agent: " + marker + "\r\n";
        assertThat(site.exchange(false, head + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(site.records().close(marker).text("subject", "user")).isEqualTo("system:anonymous");
        String another = Site.marker();
        assertThat(site.exchange(false, head.replace(marker, another) + "Authorization: " + credential + "\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(site.upstream().connections())
                .noneMatch(connection -> connection.received().contains(another));
        assertThat(site.records().close(another).decision()).isIn("unauthenticated", "invalid");
    }

    /** Without a name, an API server would take it for Gatehouse's own request. */
    @Test
    void aClusterIsToldThatItIsNobody() throws Exception {
        String request = "GET /cluster/livez HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n";
        assertThat(site.exchange(false, request + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("Impersonate-User: system:anonymous\r\n", "Impersonate-Group: system:unauthenticated\r\n");
        assertThat(site.exchange(false, request + "Impersonate-User: admin\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(site.exchange(false, request.replace("livez", "livezz") + "\r\n"))
                .startsWith("HTTP/1.1 401 ");
    }

    /** Else anybody could use up what the target gives to those who have logged in. */
    @Test
    void whatAnybodyMayHaveIsThrottledApart() throws Exception {
        String anybody = "GET /scarce/healthz HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n";
        String answer = "";
        for (int i = 0; i < 20 && !answer.startsWith("HTTP/1.1 429 "); i++) {
            answer = site.exchange(false, anybody);
        }
        assertThat(answer).startsWith("HTTP/1.1 429 ");
        assertThat(site.get("/scarce/x", "bob")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void throttlesWhatGoesToATarget() throws Exception {
        String marker = Site.marker();
        String answer = "";
        for (int i = 0; i < 20 && !answer.startsWith("HTTP/1.1 429 "); i++) {
            answer = site.exchange(
                    false, Site.head("GET", "/rare/api/v1/pods", "bob", marker, "Connection: close") + "\r\n");
        }
        assertThat(answer)
                .startsWith("HTTP/1.1 429 ")
                .containsIgnoringCase("\r\nRetry-After: 1\r\n")
                .contains("\"reason\":\"TooManyRequests\"");
        assertThat(site.get("/kube/api/v1/pods", "bob")).startsWith("HTTP/1.1 200 ");
        site.awaitStatus("/rare/api/v1/pods", "bob", 200);
    }
}
