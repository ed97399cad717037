package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which header fields an upstream gets: the client's own, less what it may not say, and ours exactly once. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record HeadersIT(ContainerKind kind) {

    /** Fields that an upstream or something between might believe. */
    static final List<String> DROPPED = List.of(
            "X-Remote-User",
            "x-remote-GROUP",
            "X-Remote-Extra-Scopes",
            "X-Remote-Uid",
            "X_Remote_User",
            "X-Remote_User",
            "X.Remote.User",
            "x_forwarded_user",
            "X-Forwarded-User",
            "X-Forwarded-Email",
            "X-Forwarded-Uri",
            "X-Forwarded-Method",
            "X-Forwarded-Server",
            "X-Forwarded-Ssl",
            "X-Forwarded-Client-Cert",
            "Forwarded",
            "X-Real-IP",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
            "X-Cluster-Client-IP",
            "X-Original-URL",
            "X-Original_URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override",
            "X-HTTP-Method",
            "X-Method-Override",
            "X-Host",
            "X-Scheme",
            "X-SSL-Client-Cert",
            "SSL_CLIENT_S_DN",
            "X-Client-Verify",
            "Client-Cert",
            "X-WebAuth-User",
            "X-Auth-Request-User",
            "Remote-User",
            "Remote_User",
            "X-Gatehouse-User",
            "Proxy-Authorization",
            "Proxy-Connection",
            "Keep-Alive",
            "HTTP2-Settings",
            "Trailer",
            "Audit-ID",
            "X-Request-Id");

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
    @FieldSource("DROPPED")
    void dropsWhatAClientMayNotSay(String name) throws Exception {
        assertThat(upstreamHead("up", name + ": forged", "X-Kept: yes"))
                .contains("x-kept: yes")
                .noneMatch(line -> line.contains("forged"));
    }

    @Test
    void saysWhoIsAskingExactlyOnce() throws Exception {
        List<String> head = upstreamHead("kube");
        assertThat(named(head, "Impersonate-User")).containsExactly("alice");
        assertThat(named(head, "Impersonate-Group")).containsExactly("staff");
        assertThat(named(head, "Audit-ID")).hasSize(1);
        assertThat(named(head, "Host")).containsExactly(site.url().substring("http://".length()));
        assertThat(named(head, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(named(head, "X-Forwarded-Proto")).containsExactly("http");
        assertThat(named(head, "X-Forwarded-Host")).containsExactly("gate");
        assertThat(named(head, "X-Forwarded-Prefix")).containsExactly("/kube");
        assertThat(named(head, "Authorization")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil",
                "X-Forwarded-Port: 666",
                "X-Forwarded-Prefix: /evil",
                "X-Forwarded-For: 127.0.0.1, 6.6.6.6"
            })
    void believesNoForwardingOfAStranger(String line) throws Exception {
        List<String> head = upstreamHead("up", line);
        assertThat(head).noneMatch(line::equalsIgnoreCase);
        assertThat(named(head, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(named(head, "X-Forwarded-Host")).containsExactly("gate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: foo, Impersonate-User, Impersonate-Group",
                "connection: x-forwarded-for,\tx-forwarded-host , HOST",
                "Connection: close, Host, User-Agent, Authorization",
                "Connection: Audit-ID, X-Forwarded-Prefix",
                "Connection: ,,;=, Impersonate_User, Impersonate.Group",
                "Proxy-Connection: Impersonate-User"
            })
    void removesNoneOfOursForANomination(String line) throws Exception {
        List<String> head = upstreamHead("kube", line, "Foo: bar");
        assertThat(named(head, "Impersonate-User")).containsExactly("alice");
        assertThat(named(head, "Impersonate-Group")).containsExactly("staff");
        assertThat(named(head, "Host")).hasSize(1);
        assertThat(named(head, "X-Forwarded-For")).hasSize(1);
        assertThat(named(head, "X-Forwarded-Prefix")).hasSize(1);
        assertThat(named(head, "Audit-ID")).hasSize(1);
        assertThat(named(head, "Foo")).hasSize(line.contains("foo") ? 0 : 1);
    }

    @Test
    void appliesTwoConnectionFields() throws Exception {
        assertThat(upstreamHead("up", "Connection: X-One", "Connection: X-Two", "X-One: 1", "X-Two: 2", "X-Three: 3"))
                .contains("x-three: 3")
                .doesNotContain("x-one: 1", "x-two: 2");
    }

    @Test
    void passesCookiesOnButNotOurOwn() throws Exception {
        List<String> head = upstreamHead(
                "up", "Cookie: a=1; __Host-gatehouse=secret; gatehouse-login=secret; b=\"x y\"", "Cookie: c=3");
        assertThat(head).noneMatch(line -> line.contains("secret"));
        assertThat(named(head, "Cookie")).containsExactly("a=1; b=\"x y\"; c=3");
        assertThat(named(upstreamHead("up", "Cookie: __Host-gatehouse=secret"), "Cookie"))
                .isEmpty();
    }

    @Test
    void joinsTheCookiesThatHttp2Splits() throws Exception {
        HttpResponse<String> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/up/public/x")))
                                .header("Authorization", GatehouseHome.basic("alice"))
                                .header("Cookie", "a=1")
                                .header("Cookie", "gatehouse=secret")
                                .header("Cookie", "b=2")
                                .header("X-Remote-User", "forged")
                                .header("TE", "trailers")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        List<String> head = lastHead();
        assertThat(named(head, "Cookie")).containsExactly("a=1; b=2");
        assertThat(named(head, "TE")).containsExactly("trailers");
        assertThat(head).noneMatch(line -> line.contains("forged"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Impersonate-User", "impersonate-uid", "Impersonate-Extra-x"})
    void refusesImpersonationOverHttp2(String name) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        HttpResponse<String> answer = site.http2()
                .send(
                        HttpRequest.newBuilder(URI.create(site.https("/kube/public/x")))
                                .header("Authorization", GatehouseHome.basic("alice"))
                                .header("User-Agent", marker)
                                .header(name, "admin")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(site.records().close(marker).decision()).isEqualTo("deny");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                "Connection: Upgrade\r\nUpgrade: h2c",
                "Connection: Upgrade\r\nUpgrade: TLS/1.0",
                "Connection: Upgrade\r\nUpgrade: websocket, h2c"
            })
    void passesNoOtherUpgradeOn(String lines) throws Exception {
        assertThat(upstreamHead("up", lines))
                .noneMatch(line -> line.matches("(?i)(upgrade|http2-settings|connection: .*upgrade).*"));
    }

    /** Tomcat joins the lines, so that no second field comes of it; Jetty refuses. */
    @Test
    void makesNoFieldOfAFoldedLine() throws Exception {
        int before = site.upstream().connections().size();
        site.exchange(
                false,
                Site.head(
                                "GET",
                                "/up/public/x",
                                "alice",
                                Site.marker(),
                                "X-A: 1",
                                " X-Remote-User: admin",
                                "Connection: close")
                        + "\r\n");
        if (site.upstream().connections().size() > before) {
            assertThat(named(lastHead(), "X-Remote-User")).isEmpty();
        }
    }

    @Test
    void keepsOrdinaryFieldsAsTheyCame() throws Exception {
        String[] lines = {
            "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
            "Accept-Encoding: gzip",
            "Kubectl-Command: kubectl get",
            "If-None-Match: \"a,b\"",
            "Range: bytes=0-1",
            "X-Twice: 1",
            "X-Twice: 2",
            "X-Empty:",
            "X-Bytes: \u00e9\u00ff"
        };
        assertThat(upstreamHead("up", lines))
                .contains(Arrays.stream(lines).map(HeadersIT::withLowerCaseName).toArray(String[]::new));
    }

    private static List<String> upstreamHead(String target, String... lines) throws Exception {
        boolean closes = Arrays.stream(lines)
                .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("connection"));
        String head = Site.head("GET", "/" + target + "/public/x", "alice", Site.marker(), lines);
        String answer = closes ? oneAnswer(head + "\r\n") : site.exchange(false, head + "Connection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        return lastHead();
    }

    private static String oneAnswer(String request) throws Exception {
        try (var client = site.container().client(false)) {
            return client.send(request).readHead();
        }
    }

    private static List<String> lastHead() throws Exception {
        var connections = site.upstream().connections();
        return connections
                .get(connections.size() - 1)
                .awaitDone()
                .received()
                .lines()
                .map(HeadersIT::withLowerCaseName)
                .toList();
    }

    /** Tomcat 10.1 writes all names in lower case, the others as they came. */
    private static String withLowerCaseName(String line) {
        int colon = line.indexOf(':');
        return colon < 0
                ? line
                : line.substring(0, colon).toLowerCase(Locale.ROOT) + ": "
                        + line.substring(colon + 1).strip();
    }

    private static List<String> named(List<String> head, String name) {
        return head.stream()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    /** Field values are bytes, RFC 9110 5.5: whatever they mean, they arrive as they were sent. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void passesTheBytesOfAValueBothWays(boolean tls) throws Exception {
        String every = IntStream.rangeClosed(0x80, 0xff)
                .mapToObj(Character::toString)
                .collect(Collectors.joining("", "all ", "."));
        String utf8 = new String("Zoë, 5 €".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nX-All: " + every + "\r\nX-Name: " + utf8 + "\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n");
        });
        for (String target : new String[] {"/up/x", "/kube/api/v1/namespaces/d/pods?watch=1"}) {
            String answer = site.exchange(
                    tls,
                    Site.head(
                                    "GET",
                                    target,
                                    "bob",
                                    Site.marker(),
                                    "X-Every: " + every,
                                    "X-Who: " + utf8,
                                    "Connection: close")
                            + "\r\n");
            assertThat(site.lastConnection().received())
                    .containsIgnoringCase("\r\nX-Every: " + every + "\r\n")
                    .containsIgnoringCase("\r\nX-Who: " + utf8 + "\r\n");
            assertThat(answer).contains("\r\nX-All: " + every + "\r\n", "\r\nX-Name: " + utf8 + "\r\n");
        }
    }
}
