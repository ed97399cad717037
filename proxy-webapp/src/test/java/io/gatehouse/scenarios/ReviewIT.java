package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import io.gatehouse.containers.ScriptedUpstream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins and rights that the API server behind a target knows, and the token that a WebSocket carries. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record ReviewIT(ContainerKind kind) {

    private static final String TOKEN = "token-of-the-robot";
    private static final String OFFER = "base64url.bearer.authorization.k8s.io."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(TOKEN.getBytes(StandardCharsets.UTF_8));
    private static final Pattern LENGTH = Pattern.compile("(?i)Content-Length: ([0-9]+)");
    private static final String ROBOT =
            "{\"authenticated\":true,\"user\":{\"username\":\"robot\",\"groups\":[\"robots\"]}}";
    private static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private static final CapturedLog LOG = new CapturedLog();
    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        site = Site.start(kind, starting -> {
            starting.home()
                    .product("authenticators", "tokens: {plugin: token-review}")
                    .product("authorizers", "rbac: {plugin: access-review}")
                    .product("authorizers", "tenant: {plugin: access-review, cluster: reviewed, config: krp.yaml}")
                    .file("krp.yaml", """
                            authorization:
                              rewrites: {byQueryParameter: {name: namespace}, byHttpHeader: {name: X-Tenant}}
                              resourceAttributes: {resource: pods, namespace: "{{ .Value }}"}
                            """)
                    .targetAs("reviewed", target("reviewed", starting.url(), "kubernetes: true", "tokens", "rbac"))
                    .targetAs("tenant", target("tenant", starting.url(), "kubernetes: false", "staff", "tenant"));
        });
        site.play(ReviewIT::serve);
    }

    private static String target(String name, String url, String kubernetes, String authenticator, String authorizer) {
        return "{path: /" + name + "/, url: \"" + url + "\", " + kubernetes + ", authenticators: [" + authenticator
                + "], authorizers: [" + authorizer + "], identity: as-user}";
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        LOG.end();
        assertThat(LOG.text()).doesNotContain(TOKEN, OFFER, OFFER.substring(OFFER.lastIndexOf('.') + 1));
    }

    /** An API server: knows one token, lets everybody do everything with pods outside of "secret", and echoes streams. */
    private static void serve(ScriptedUpstream.Connection connection) throws Exception {
        String head = connection.readHead();
        if (head.contains("/tokenreviews ")) {
            review(connection, body(connection, head).contains("\"" + TOKEN + "\"") ? ROBOT : "{}");
        } else if (head.contains("/subjectaccessreviews ")) {
            String body = body(connection, head);
            boolean allowed = body.contains("\"resource\":\"pods\"") && !body.contains("\"secret\"");
            review(connection, "{\"allowed\":" + allowed + "}");
        } else if (head.contains("\r\nUpgrade: ")) {
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
            connection.echo();
        } else {
            connection.send(Site.OK);
        }
    }

    private static String body(ScriptedUpstream.Connection connection, String head) throws Exception {
        Matcher length = LENGTH.matcher(head);
        assertThat(length.find()).isTrue();
        return new String(connection.read(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
    }

    private static void review(ScriptedUpstream.Connection connection, String status) throws Exception {
        String body = "{\"status\":" + status + "}";
        connection.send(
                "HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String request(String target, String marker, String lines) {
        return "GET " + target + " HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\n" + lines + "\r\n";
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\nConnection: close\r\n";
    }

    @Test
    void aTokenOfTheClusterLogsInAndItsRbacDecides() throws Exception {
        String marker = Site.marker();
        String pods = "/reviewed/api/v1/namespaces/d/pods";
        assertThat(site.exchange(false, request(pods, marker, bearer(TOKEN)))).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received())
                .contains("\r\nImpersonate-User: robot\r\n")
                .doesNotContain(TOKEN);
        assertThat(site.records().close(marker).text("subject", "authenticator"))
                .isEqualTo("tokens");
        assertThat(site.exchange(false, request("/reviewed/api/v1/namespaces/d/secrets", Site.marker(), bearer(TOKEN))))
                .startsWith("HTTP/1.1 403 ")
                .contains("\"reason\":\"Forbidden\"");
        assertThat(site.exchange(false, request(pods, Site.marker(), bearer("unknown"))))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"reason\":\"Unauthorized\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>",
                "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n{\"status\":{\"authenticated\":true,",
                "HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                ""
            })
    void anAnswerThatIsNoReviewLetsNobodyIn(String answer) throws Exception {
        site.play(connection -> {
            String head = connection.readHead();
            body(connection, head);
            connection.send(answer);
        });
        try {
            String said = site.exchange(
                    false, request("/reviewed/api/v1/pods", Site.marker(), bearer("another" + answer.length())));
            assertThat(said).startsWith("HTTP/1.1 503 ").contains("\"kind\":\"Status\"");
        } finally {
            site.play(ReviewIT::serve);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWebSocketsTokenLogsInAndGoesNoFurther(boolean tls) throws Exception {
        String marker = Site.marker();
        try (RawClient client = site.container().client(tls)) {
            String head = client.send(request(
                            "/reviewed/api/v1/namespaces/d/pods/p/exec?command=sh",
                            marker,
                            UPGRADE + "Sec-WebSocket-Protocol: v5.channel.k8s.io," + OFFER
                                    + "\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n"))
                    .readHead();
            assertThat(head).startsWith("HTTP/1.1 101 ").doesNotContain(OFFER);
            assertThat(client.send("ping").readText(4)).isEqualTo("ping");
        }
        assertThat(site.lastConnection().received())
                .containsPattern("(?i)\r\nSec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n")
                .contains("\r\nImpersonate-User: robot\r\n")
                .doesNotContain(TOKEN)
                .doesNotContain(OFFER)
                .doesNotContain("bearer.authorization");
        assertThat(site.records().close(marker).text("subject", "user")).isEqualTo("robot");
        assertThat(site.records().text()).doesNotContain(TOKEN).doesNotContain(OFFER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "both|Authorization: Bearer " + TOKEN + "~Sec-WebSocket-Protocol: v5.channel.k8s.io, OFFER",
                "two|Sec-WebSocket-Protocol: v5.channel.k8s.io, OFFER, OFFER",
                "two fields|Sec-WebSocket-Protocol: v5.channel.k8s.io, OFFER~Sec-WebSocket-Protocol: OFFER",
                "alone|Sec-WebSocket-Protocol: OFFER",
                "padded|Sec-WebSocket-Protocol: v5.channel.k8s.io, OFFER=",
                "not base64|Sec-WebSocket-Protocol: v5.channel.k8s.io, OFFER!",
                "not UTF-8|Sec-WebSocket-Protocol: v5.channel.k8s.io, base64url.bearer.authorization.k8s.io._w",
                "empty|Sec-WebSocket-Protocol: v5.channel.k8s.io, base64url.bearer.authorization.k8s.io."
            })
    void aTokenThatHasNoSingleReadingIsNone(String name, String lines) throws Exception {
        int before = site.upstream().connections().size();
        String answer = site.exchange(
                false,
                request(
                        "/reviewed/api/v1/namespaces/d/pods/p/exec?command=sh",
                        Site.marker(),
                        UPGRADE + lines.replace("~", "\r\n").replace("OFFER", OFFER) + "\r\n"));
        assertThat(answer).as(name).startsWith("HTTP/1.1 401 ");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    @Test
    void theTokenOfWhatIsNoWebSocketIsNoCredentialAndGoesNoFurther() throws Exception {
        String offer = "Sec-WebSocket-Protocol: v5.channel.k8s.io, " + OFFER + "\r\nConnection: close\r\n";
        assertThat(site.exchange(false, request("/reviewed/api/v1/namespaces/d/pods", Site.marker(), offer)))
                .startsWith("HTTP/1.1 401 ");
        assertThat(site.exchange(
                        false,
                        request(
                                "/up/public/x",
                                Site.marker(),
                                "Authorization: " + GatehouseHome.basic("bob") + "\r\n" + offer)))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received()).doesNotContain("bearer.authorization");
        assertThat(site.exchange(
                        false,
                        request(
                                "/up/public/x",
                                Site.marker(),
                                "Authorization: " + GatehouseHome.basic("bob") + "\r\n"
                                        + offer.replace("WebSocket-P", "WebSocket_P"))))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received()).doesNotContain("bearer.authorization");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?namespace=d||200",
                "|X-Tenant: d|200",
                "?namespace=d&namespace=secret||403",
                "?namespace=d|X-Tenant: secret|403",
                "|X-Tenant: d~Connection: X-Tenant|400",
                "?namespace=d|X_Tenant: secret|400",
                "||400",
                "?namespace=d;x||400",
                "?namespace=d%2Fpods||400"
            })
    void whatIsJudgedByMustBeInTheRequest(String query, String line, int status) throws Exception {
        String more = line == null ? "" : line.replace("~", "\r\n") + "\r\n";
        String answer = site.exchange(
                false,
                request(
                        "/tenant/x" + (query == null ? "" : query),
                        Site.marker(),
                        "Authorization: " + GatehouseHome.basic("alice") + "\r\nConnection: close\r\n" + more));
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        if (query == null && line == null) {
            assertThat(answer).endsWith("the query parameter namespace or the header x-tenant is missing\n");
        }
    }
}
