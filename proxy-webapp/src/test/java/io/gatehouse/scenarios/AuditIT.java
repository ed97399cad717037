package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every request leaves one record, whatever becomes of it, and no record or log line holds a secret. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record AuditIT(ContainerKind kind) {

    private static final String SECRET = "Zm9yLW5vYm9keS1lbHNl";
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9." + SECRET;

    private static final String HIDDEN_JWT = "eyJhbGciOiJSUzI1NiJ9%2EeyJzdWIiOiJhbGljZSJ9%2e" + SECRET;

    private static final CapturedLog LOG = new CapturedLog();
    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        LOG.begin();
        site = Site.start(kind, prepared -> prepared.home().target("away", "http://127.0.0.1:1"));
        site.play(Site::answerOk);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        LOG.end();
        assertThat(LOG.text()).doesNotContain(SECRET, GatehouseHome.basic("bob"), GatehouseHome.PASSWORD);
    }

    private static AuditRecords.Line only(String marker) throws Exception {
        site.records().close(marker);
        site.settleRecords();
        assertThat(site.records().of(marker)).hasSize(1);
        return site.records().close(marker);
    }

    @ParameterizedTest
    @CsvSource({
        "bob,GET,/up/x,allow,200",
        "bob,HEAD,/up/x,allow,200",
        "bob,DELETE,/kube/api/v1/namespaces/d/pods,allow,200",
        "alice,GET,/up/x,deny,403",
        "alice,POST,/kube/api/v1/namespaces/d/pods,deny,403",
        "carol,GET,/up/x,unauthenticated,401",
        "bob,GET,/up//x,invalid,400",
        "bob,BREW,/up/x,invalid,405",
        "bob,GET,/elsewhere,not-found,404",
        "bob,GET,/away/x,allow,502"
    })
    void recordsEachRequestOnce(String user, String method, String target, String decision, int status)
            throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            String marker = Site.marker();
            site.exchange(tls, Site.head(method, target, user, marker, "Connection: close") + "\r\n");
            AuditRecords.Line record = only(marker);
            assertThat(record.decision()).isEqualTo(decision);
            assertThat(record.reason()).isNotEmpty();
            assertThat(record.text("completion", "status")).isEqualTo(Integer.toString(status));
            assertThat(record.text("request", "method")).isEqualTo(method);
            assertThat(record.text("request", "path")).isEqualTo(target);
            assertThat(record.text("request", "protocol")).isEqualTo("HTTP/1.1");
            boolean known = List.of("allow", "deny").contains(decision);
            assertThat(record.text("subject", "user")).isEqualTo(known ? user : "");
        }
    }

    @Test
    void countsTheBytesOfBothWays() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.read(5);
            connection.send(Site.OK);
        });
        String marker = Site.marker();
        String head = Site.head("POST", "/up/x", "bob", marker, "Content-Length: 5", "Connection: close");
        site.exchange(false, head + "\r\n12345");
        site.play(Site::answerOk);
        AuditRecords.Line record = only(marker);
        assertThat(record.text("completion", "bytesIn")).isEqualTo("5");
        assertThat(record.text("completion", "bytesOut")).isEqualTo("2");
    }

    @Test
    void recordsAClientThatLeavesWithinItsBody() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.readToEnd();
        });
        String marker = Site.marker();
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("POST", "/up/x", "bob", marker, "Content-Length: 500") + "\r\nhalf");
        }
        AuditRecords.Line record = only(marker);
        site.play(Site::answerOk);
        assertThat(record.end()).contains("body");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recordsBothEndsOfAWatch(boolean http2) throws Exception {
        String marker = Site.marker();
        site.play(connection -> {
            connection.readHead();
            site.records().open(marker); // it is there before the answer is
            connection.send(Site.OK);
        });
        String path = "/kube/api/v1/namespaces/d/pods?watch=1";
        if (http2) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(site.https(path)))
                    .header("Authorization", GatehouseHome.basic("bob"))
                    .header("User-Agent", marker)
                    .build();
            assertThat(site.http2()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        } else {
            assertThat(site.exchange(false, Site.head("GET", path, "bob", marker, "Connection: close") + "\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
        site.records().close(marker);
        site.play(Site::answerOk);
        List<AuditRecords.Line> lines = site.records().of(marker);
        assertThat(lines).extracting(AuditRecords.Line::kind).containsExactly("open", "close");
        assertThat(lines.get(0).text("requestId")).isEqualTo(lines.get(1).text("requestId"));
        assertThat(lines.get(0).text("request", "kubernetes", "verb")).isEqualTo("watch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?token=" + SECRET,
                "?a=b&access_token=" + SECRET + "&c=d",
                "?x=" + JWT,
                "?" + JWT,
                "?PassWord=" + SECRET,
                "?client%5Fsecret=" + SECRET,
                "?api_key=" + SECRET,
                "/" + JWT + "/x",
                "/ghp_" + SECRET + "/x?sig=ghp_" + SECRET,
                "?x=" + HIDDEN_JWT,
                "?" + HIDDEN_JWT
            })
    void masksSecretsInATarget(String rest) throws Exception {
        String marker = Site.marker();
        site.exchange(false, Site.head("GET", "/up/x" + rest, "bob", marker, "Connection: close") + "\r\n");
        assertThat(site.lastConnection().received()).contains(SECRET);
        AuditRecords.Line record = only(marker);
        assertThat(record.text("request", "path") + record.text("request", "query"))
                .contains("***");
        assertThat(site.records().text()).doesNotContain(SECRET);
    }

    /** A path that hides letters is refused, and recorded. */
    @Test
    void masksATokenInAPathThatHidesItsDots() throws Exception {
        String marker = Site.marker();
        String target = "/up/" + HIDDEN_JWT + "/x";
        assertThat(site.exchange(false, Site.head("GET", target, "bob", marker, "Connection: close") + "\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(only(marker).text("request", "path")).isEqualTo("/up/***/x");
        assertThat(site.records().text()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer " + JWT,
                "Authorization: Bearer " + SECRET,
                "Authorization: Digest " + SECRET,
                "Authorization: " + SECRET,
                "Authorization: Basic " + SECRET,
                "Authorization: Bearer a\r\nAuthorization: Bearer " + SECRET,
                "Cookie: __Host-gatehouse=" + SECRET,
                "Proxy-Authorization: Basic " + SECRET,
                "Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io." + SECRET,
                "X-Auth-Token: " + SECRET,
                "Impersonate-User: " + SECRET
            })
    void recordsNoCredential(String line) throws Exception {
        String marker = Site.marker();
        String answer = site.exchange(
                false,
                "GET /kube/x HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker + "\r\n" + line
                        + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).doesNotContain(SECRET);
        only(marker);
        assertThat(site.records().text()).doesNotContain(SECRET);
    }

    /** What is written into a field is that field's text, and nothing else. */
    @ParameterizedTest
    @ValueSource(
            strings = {"${jndi:ldap://x/a}", "${env:HOME}", "\",\"kind\":\"close", "<script>", "\\u0000\\n", "'--"})
    void takesEveryTextLiterally(String text) throws Exception {
        String marker = Site.marker() + " " + text;
        site.exchange(false, Site.head("GET", "/up/x", "bob", marker, "Connection: close") + "\r\n");
        assertThat(lastUserAgent(marker.substring(0, marker.indexOf(' ')))).isEqualTo(marker);
    }

    private static String lastUserAgent(String beginning) throws Exception {
        site.records().close(beginning);
        site.settleRecords();
        List<AuditRecords.Line> lines = site.records().containing(beginning);
        assertThat(lines).hasSize(1);
        return lines.get(0).text("request", "userAgent");
    }

    @Test
    void masksATokenInAUserAgent() throws Exception {
        String marker = Site.marker();
        site.exchange(false, Site.head("GET", "/up/x", "bob", marker + " " + JWT, "Connection: close") + "\r\n");
        assertThat(lastUserAgent(marker)).isEqualTo(marker + " ***");
    }
}
