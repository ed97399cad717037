package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What gets past the guard and what does not, on every container. The person may read all of {@code /public}, so that a
 * request which is refused is refused for its form.
 */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record GuardIT(ContainerKind kind) {

    private static final int MUCH = 8 * 1024;

    /**
     * Targets that have no single reading. In front stands which connectors answer by themselves, without the WAR and so
     * without a record: T for Tomcat, J for Jetty. docs/security.md lists them too.
     */
    static final List<String> BAD_TARGETS = List.of(
            // Dot segments in every disguise.
            "- /up/public/../api/v1/secrets",
            "- /up/public/..",
            "- /up/public/.",
            "- /up/public/./x",
            "J /up/public/.%2e/api",
            "J /up/public/%2e./api",
            "J /up/public/%2e%2e/api",
            "J /up/public/%2E%2E/api",
            "J /up/public/%2e",
            "J /up/public/..;/api/v1/secrets",
            "J /up/public/..;a=b/api",
            "J /up/public/%2e%2e;/api",
            "- /up/public/..%3b/api",
            "TJ /../up/public/x",
            "- /up/../up/public/x",
            "- /up/public/..%2fapi",
            "- /up/public/..%5capi",
            "TJ /up/public/%u002e%u002e/api",
            // Slashes.
            "- //up/public/x",
            "- /up//public/x",
            "- /up/public//x",
            "- /up/public/x//",
            "- /up/public%2fx",
            "- /up/public/x%2Fy",
            "- /up/public%5cx",
            "T /up/public\\x",
            // A second decoding, bytes that are not UTF-8, control bytes.
            "- /up/public/%252fv1",
            "- /up/public/%2561pi",
            "- /up/public/%25",
            "TJ /up/public/%c0%af",
            "TJ /up/public/%c0%ae%c0%ae/api",
            "TJ /up/public/%e9",
            "TJ /up/public/%ff",
            "TJ /up/public/%ed%a0%80",
            "TJ /up/public/%00",
            "- /up/public/a%0ab",
            "- /up/public/a%0d%0aX:b",
            "- /up/public/%7f",
            "TJ /up/public/%zz",
            "TJ /up/public/%4",
            "TJ /up/public/%",
            "T /up/public/\u00e9",
            // Letters that are encoded only to hide them.
            "- /up/publi%63/x",
            "- /%75p/public/x",
            // Path parameters and fragments.
            "- /up/public;x/y",
            "- /up/public/x;jsessionid=1",
            "- /up/public/x%3bjsessionid=1",
            "- /up;/public/x",
            "TJ /up/public#/../admin",
            "- /up/public/x%23/y",
            "TJ /up/public/x?a#b",
            // Characters that have to be encoded.
            "- /up/public/{x}",
            "- /up/public/a|b",
            "- /up/public/\"x\"",
            "- /up/public/<x>",
            "T /up/public/x?a=\u00e9",
            "TJ /up/public/x?a=\u0001",
            // Other places than the one that is served.
            "- /up../public/x",
            "- /up-eu/public/x",
            "- /up.public/x",
            "- /UP/public/x",
            "- /up",
            // No path at all.
            "TJ *",
            "TJ up/public/x",
            "TJ ?x",
            "TJ gate:80",
            "TJ http://evil",
            "TJ file:///up/public/x",
            "- /up/public/" + "x".repeat(MUCH),
            "- /up/public/x?" + "x".repeat(6 * MUCH + 1));

    /** Whole requests, with the same letters in front; {@code {usual}} stands for the host, the user agent and the credential. */
    static final List<String> BAD_REQUESTS = List.of(
            // Methods.
            "- get /up/public/x HTTP/1.1\n{usual}\n",
            "- PROPFIND /up/public/x HTTP/1.1\n{usual}\n",
            "- FOO /up/public/x HTTP/1.1\n{usual}\n",
            "TJ TRACE /up/public/x HTTP/1.1\n{usual}\n",
            "- TRACK /up/public/x HTTP/1.1\n{usual}\n",
            "TJ CONNECT /up/public/x HTTP/1.1\n{usual}\n",
            "TJ OPTIONS * HTTP/1.1\n{usual}\n",
            "TJ PRI * HTTP/2.0\n\nSM\n\n",
            "TJ HEAD /up/public/x\n",
            "TJ GET /up/public/x\n",
            "TJ GET /up/public/x HTTP/0.9\n{usual}\n",
            "TJ GET /up/public/x HTTP/3.0\n{usual}\n",
            "TJ GET /up/public/x HTTP/1.11\n{usual}\n",
            "TJ GET  HTTP/1.1\n{usual}\n",
            "TJ GET /up/public/x y HTTP/1.1\n{usual}\n",
            // Where the body ends.
            "T POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: identity, chunked\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: chunked, chunked\n\n0\n\n",
            "T POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: gzip, chunked\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: xchunked\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: chunked\nTransfer-Encoding: identity\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding: \u000bchunked\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Transfer-Encoding : chunked\n\n0\n\n",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length : 2\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: 2\nContent-Length: 3\n\nabc",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: 2, 2\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: +2\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: -2\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: 0x2\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: 99999999999999999999\n\nab",
            "TJ POST /up/public/x HTTP/1.1\n{usual}Content-Length: 1 2\n\nab",
            // Headers that are no headers.
            "TJ GET /up/public/x HTTP/1.1\n{usual}X-A : b\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}X A: b\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}X-A: b\u0000c\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}: b\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}no colon\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}X(A): b\n\n",
            "TJ GET /up/public/x HTTP/1.1\n{usual}Expect: 200-ok\n\n",
            // Two hosts, no host, no host name.
            "TJ GET /up/public/x HTTP/1.1\n{usual}Host: evil\n\n",
            "TJ GET /up/public/x HTTP/1.1\nAuthorization: {alice}\nUser-Agent: {marker}\nConnection: close\n\n",
            "TJ GET /up/public/x HTTP/1.1\nHost: a@b\nAuthorization: {alice}\nUser-Agent: {marker}\nConnection: close\n\n",
            "TJ GET /up/public/x HTTP/1.1\nHost: a/b\nAuthorization: {alice}\nUser-Agent: {marker}\nConnection: close\n\n",
            "TJ GET /up/public/x HTTP/1.1\nHost: a,b\nAuthorization: {alice}\nUser-Agent: {marker}\nConnection: close\n\n",
            // Credentials: two, none, half ones, and what only looks like one.
            "- GET /up/public/x HTTP/1.1\n{usual}Authorization: {alice}\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}authorization: Bearer a\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nConnection: close\n\n",
            "- OPTIONS /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nOrigin: https://a\nConnection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nAuthorization: Bearer a, Bearer b\n"
                    + "Connection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nAuthorization: Bearer\nConnection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nAuthorization: Basic YWxpY2U=\n"
                    + "Connection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nX-Remote-User: alice\nConnection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nX-SSL-Client-Cert: x\nConnection: close\n\n",
            "- GET /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: {marker}\nProxy-Authorization: {alice}\n"
                    + "Connection: close\n\n",
            // Impersonation that nobody asked us to allow, in all spellings.
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate-User: admin\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}impersonate-GROUP: system:masters\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate-Uid: 0\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate-Extra-Scopes: x\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate-Foo: x\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate_User: x\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate.User: x\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Impersonate-User:\n\n",
            "- GET /up/public/x HTTP/1.1\n{usual}Connection: Impersonate-User\nImpersonate-User: admin\n\n",
            // Not alice's to see, whatever the query, method or a header says.
            "- GET /up/api/v1/secrets HTTP/1.1\n{usual}\n",
            "- GET /up/api/v1/secrets?x=/public/y HTTP/1.1\n{usual}\n",
            "- HEAD /up/api/v1/secrets HTTP/1.1\n{usual}\n",
            "- OPTIONS /up/api/v1/secrets HTTP/1.1\n{usual}\n",
            "- GET /up/api/v1/secrets HTTP/1.1\n{usual}X-Original-URL: /up/public/x\nX-Forwarded-Uri: /public/x\n\n",
            "- POST /up/api/v1/namespaces/d/pods HTTP/1.1\n{usual}X-HTTP-Method-Override: GET\n\n");

    /** Targets that arrive byte for byte behind the target's prefix. */
    static final List<String> GOOD_TARGETS = List.of(
            "/",
            "/?",
            "/?a",
            "/api/v1/namespaces/kubernetes-dashboard/services/https:kubernetes-dashboard:/proxy/",
            "/api/v1/namespaces/d/services/https:kubernetes-dashboard:443/proxy/",
            "/api/v1/namespaces/d/services/https%3Akubernetes-dashboard%3A/proxy/",
            "/api/v1/namespaces/d/pods/",
            "/api/v1/pods?",
            "/api/v1/pods?labelSelector=a%3Db%2Cc+in+%28x%2Cy%29",
            "/api/v1/pods?labelSelector=a=b,c+in+(x,y),!z&fieldSelector=a'b(c)$@:",
            "/api/v1/pods?a=1;b=2",
            "/api/v1/pods?x={a}|[b]^`<c>\\\"",
            "/api/v1/pods?x=%zz&y=%&z=%2",
            "/api/v1/pods?x=../..//;/?&&==",
            "/api/v1/pods?watch=false&watch=false&limit=500&continue=eyJ2IjoiLi4ifQ%3D%3D",
            "/api/v1/pods?x=%00%0d%0a",
            "/openapi/v3?hash=0E1F&timeout=32s",
            "/x/!$&'()*+,=:@-._~",
            "/x/%20%22%3C%3E%5B%5D%5E%60%7B%7C%7D",
            "/x/%3a%3A%2b%2B",
            "/x/%C3%A9/%c3%a9/%e2%82%ac/%F0%9F%98%80",
            "/..x/x../...",
            "/WEB-INF/web.xml",
            "/x.jsp",
            "/livez",
            "/gatehouse/",
            "/up/api",
            "/" + "x".repeat(8_000) + "?" + "y".repeat(30_000));

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @FieldSource("BAD_TARGETS")
    void refusesATargetWithoutASingleReading(String row) throws Exception {
        String marker = Site.marker();
        String target = row.substring(row.indexOf(' ') + 1);
        refuses(row, marker, Site.head("GET", target, "alice", marker, "Connection: close") + "\r\n");
    }

    @ParameterizedTest
    @FieldSource("BAD_REQUESTS")
    void refusesARequest(String row) throws Exception {
        String marker = Site.marker();
        refuses(row, marker, filled(row.substring(row.indexOf(' ') + 1), marker));
    }

    private static String filled(String template, String marker) {
        return template.replace("\n", "\r\n")
                .replace(
                        "{usual}",
                        "Host: gate\r\nUser-Agent: {marker}\r\nAuthorization: {alice}\r\nConnection: close\r\n")
                .replace("{marker}", marker)
                .replace("{alice}", GatehouseHome.basic("alice"));
    }

    private void refuses(String row, String marker, String request) throws Exception {
        int before = site.upstream().connections().size();
        String answer = site.exchange(false, request);
        boolean answeredByConnector = row.substring(0, row.indexOf(' ')).contains(kind.isJetty() ? "J" : "T");
        if (!answeredByConnector) {
            site.records().close(marker);
        }
        site.settleRecords();
        assertThat(site.upstream().connections()).hasSize(before);
        List<AuditRecords.Line> records = site.records().of(marker);
        if (answeredByConnector) {
            assertThat(records).isEmpty();
            return;
        }
        assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.decision()).isIn("invalid", "deny", "unauthenticated", "not-found");
            assertThat(record.reason()).isNotEmpty();
            assertThat(record.text("completion", "status")).isEqualTo(answer.substring(9, 12));
        });
    }

    /** Attack A16: whoever says to be a probe is asked for a credential like everybody else. */
    @ParameterizedTest
    @ValueSource(strings = {"kube-probe/1.30", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "kubectl/v1.34", "", "-"})
    void aUserAgentIsNoCredential(String agent) throws Exception {
        int before = site.upstream().connections().size();
        for (String target : new String[] {"/up/public/x", "/kube/api/v1/secrets", "/kube/healthz", "/kube/readyz"}) {
            String query = "probe=" + Site.marker();
            String answer = site.exchange(
                    false,
                    "GET " + target + "?" + query + " HTTP/1.1\r\nHost: gate\r\n"
                            + (agent.equals("-") ? "" : "User-Agent: " + agent + "\r\n") + "Connection: close\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 401 ");
            assertThat(site.records().closeOfQuery(query).decision()).isEqualTo("unauthenticated");
        }
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://gw@gate/up/public/x", "http:/up/public/x", "http://gate/up/public/x"})
    void readsAnAbsoluteFormAsItsPathOrNotAtAll(String target) throws Exception {
        int before = site.upstream().connections().size();
        String answer =
                site.exchange(false, Site.head("GET", target, "alice", Site.marker(), "Connection: close") + "\r\n");
        if (site.upstream().connections().size() > before) {
            assertThat(lastHead()).startsWith("GET /public/x HTTP/1.1\r\n").contains("\r\nX-Forwarded-Host: gate\r\n");
        } else {
            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    /** Tomcat believes the chunks, as RFC 9112 6.3 lets it, and closes; Jetty refuses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 6\nTransfer-Encoding: chunked\n\n0\n\nGET /up/public/smuggled HTTP/1.1\n{usual}\n",
                "Transfer-Encoding: chunked\nContent-Length: 5\n\n0\n\nGET /up/public/smuggled HTTP/1.1\n{usual}\n"
            })
    void neverServesWhatStandsBehindABodyOfTwoLengths(String rest) throws Exception {
        int before = site.upstream().connections().size();
        String answer = site.exchange(
                false,
                filled(
                        "POST /up/public/x HTTP/1.1\nHost: gate\nUser-Agent: x\nAuthorization: {alice}\n" + rest,
                        Site.marker()));
        assertThat(answer).startsWith(kind.isJetty() ? "HTTP/1.1 400 " : "HTTP/1.1 200 ");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(site.upstream().connections()).hasSize(kind.isJetty() ? before : before + 1);
        if (!kind.isJetty()) {
            assertThat(lastHead()).contains("Transfer-Encoding: chunked").doesNotContainIgnoringCase("Content-Length");
        }
    }

    /** Jetty answers and leaves the connection to its idle time-out. */
    @ParameterizedTest
    @ValueSource(strings = {"evil:443", "127.0.0.1:443"})
    void isNoForwardProxy(String authority) throws Exception {
        int before = site.upstream().connections().size();
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("CONNECT", authority, "bob", Site.marker()) + "\r\n");
            assertThat(client.readHead()).startsWith(kind.isJetty() ? "HTTP/1.1 400 " : "HTTP/1.1 501 ");
        }
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @ParameterizedTest
    @FieldSource("GOOD_TARGETS")
    void sendsATargetOnByteForByte(String target) throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            String answer = site.exchange(
                    tls, Site.head("GET", "/up" + target, "bob", Site.marker(), "Connection: close") + "\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            assertThat(lastHead()).startsWith("GET " + target + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/namespaces/d/services/https:dashboard:443/proxy/",
                "/api/v1/namespaces/d/services/https%3Adashboard%3A/proxy/?",
                "/api/v1/pods?labelSelector=a=b,c+in+(x,y),!z&x=%7B%7C%7D",
                "/x/%C3%A9/%c3%a9/"
            })
    void sendsATargetOnByteForByteOverHttp2(String target) throws Exception {
        HttpResponse<String> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/up" + target)))
                                .header("Authorization", GatehouseHome.basic("bob"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(lastHead())
                .startsWith("GET " + target + " HTTP/1.1\r\n")
                .contains("\r\nHost: 127.0.0.1:")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .contains("\r\nX-Forwarded-Host: localhost:");
    }

    private static String lastHead() throws Exception {
        var connections = site.upstream().connections();
        return connections.get(connections.size() - 1).awaitDone().received();
    }
}
