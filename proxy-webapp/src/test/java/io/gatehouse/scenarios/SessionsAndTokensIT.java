package io.gatehouse.scenarios;

import static io.gatehouse.scenarios.LoginSite.APP;
import static io.gatehouse.scenarios.LoginSite.GATE;
import static io.gatehouse.scenarios.LoginSite.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session or a token is good for, what others can make of it, and what ends with it. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record SessionsAndTokensIT(ContainerKind kind) {

    private static Site site;
    private static Browser browser;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = LoginSite.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    @BeforeEach
    void openBrowser() {
        browser = new Browser(site.container());
        site.play(Site::answerOk);
    }

    private static Browser.Answer logIn() throws Exception {
        return browser.logIn(GATE, "staff", "bob", GatehouseHome.PASSWORD);
    }

    @Test
    void aLogoutEndsWhatTwoTabsHaveBegunAtTheSameMoment() throws Exception {
        String one = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        String other = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        Map<String, String> before = Map.copyOf(browser.cookies(GATE));
        browser.submitLogin(GATE, "staff", one, "bob", GatehouseHome.PASSWORD);
        assertThat(browser.follow(APP, "/").status()).isEqualTo(200); // handed over with the first one
        browser.cookies(GATE).clear();
        browser.cookies(GATE).putAll(before); // the other tab's form was sent before the first one's answer came
        browser.submitLogin(GATE, "staff", other, "bob", GatehouseHome.PASSWORD);
        assertThat(browser.open(APP, "/").status()).isEqualTo(200);
        browser.submit(GATE, "/gatehouse/logout", Map.of());
        assertThat(browser.open(APP, "/").status()).isEqualTo(302);
    }

    @Test
    void anEarlierSessionEndsWithTheNextLogin() throws Exception {
        browser.cookies(GATE).put(SESSION, "1.attackers");
        logIn();
        String first = browser.cookies(GATE).get(SESSION);
        logIn();
        assertThat(browser.cookies(GATE).get(SESSION)).isNotEqualTo(first);
        browser.cookies(GATE).put(SESSION, first);
        assertThat(browser.open(GATE, "/gatehouse/").status()).isEqualTo(303);
    }

    @Test
    void logoutEndsTheSessionEverywhere() throws Exception {
        logIn();
        browser.follow(APP, "/");
        assertThat(browser.open(APP, "/").status()).isEqualTo(200);
        assertThat(browser.submit(GATE, "/gatehouse/logout", Map.of(), "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(browser.open(GATE, "/gatehouse/logout").status()).isEqualTo(404);
        assertThat(browser.open(APP, "/").status()).isEqualTo(200);
        String kept = browser.cookies(GATE).get(SESSION);
        assertThat(browser.submit(GATE, "/gatehouse/logout", Map.of()).status()).isEqualTo(200);
        assertThat(browser.cookies(GATE)).doesNotContainKey(SESSION);
        browser.cookies(GATE).put(SESSION, kept);
        assertThat(browser.open(GATE, "/gatehouse/").status()).isEqualTo(303);
        assertThat(browser.open(APP, "/").status()).isEqualTo(302);
    }

    @Test
    void anotherSitesPageCanNotActWithASession() throws Exception {
        logIn();
        browser.follow(APP, "/");
        String post = "POST /do HTTP/1.1\r\n";
        assertThat(browser.send(APP, post + "Sec-Fetch-Site: same-origin\r\n", "x")
                        .status())
                .isEqualTo(200);
        assertThat(browser.send(APP, post + "Origin: https://app.test\r\n", "x").status())
                .isEqualTo(200);
        for (String field : new String[] {
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Origin: https://other.test\r\n",
            "Origin: null\r\n",
            ""
        }) {
            assertThat(browser.send(APP, post + field, "x").status()).as(field).isEqualTo(403);
        }
        String webSocket = "GET /socket HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        for (String field :
                new String[] {"Origin: https://evil.test\r\n", "Origin: http://app.test\r\n", "Origin: null\r\n", ""}) {
            assertThat(browser.send(APP, webSocket + field, "").status())
                    .as(field)
                    .isEqualTo(403);
        }
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n");
        });
        assertThat(browser.send(APP, webSocket + "Origin: https://app.test\r\n", "")
                        .status())
                .isEqualTo(418);
    }

    @Test
    void anotherSitesPageLeadsHereButLoadsNothingIntoAFrame() throws Exception {
        logIn();
        browser.follow(APP, "/");
        String navigation = "GET / HTTP/1.1\r\nAccept: text/html\r\nSec-Fetch-Site: cross-site\r\n"
                + "Sec-Fetch-Mode: navigate\r\n";
        assertThat(browser.send(APP, navigation, "").status()).isEqualTo(200);
        assertThat(browser.send(APP, navigation + "Sec-Fetch-Dest: document\r\n", "")
                        .status())
                .isEqualTo(200);
        for (String destination : new String[] {"iframe", "embed", "object", "frame", ""}) {
            assertThat(browser.send(APP, navigation + "Sec-Fetch-Dest: " + destination + "\r\n", "")
                            .status())
                    .as(destination)
                    .isEqualTo(403);
        }
    }

    @Test
    void onlyAdministratorsLookAfterOthers() throws Exception {
        logIn();
        assertThat(browser.open(GATE, "/gatehouse/people").status()).isEqualTo(404);
        assertThat(browser.submit(GATE, "/gatehouse/people/shut-out", Map.of("user", "alice"))
                        .status())
                .isEqualTo(404);
        Browser administrators = new Browser(site.container());
        administrators.logIn(GATE, "owners", "bob", GatehouseHome.PASSWORD);
        assertThat(administrators
                        .open(GATE, "/gatehouse/people?user=%3Cscript%3E")
                        .text())
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
    }

    @Test
    void whoeverIsShutOutLosesStreamsToo() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            connection.readToEnd();
        });
        Browser administrator = new Browser(site.container());
        administrator.logIn(GATE, "owners", "bob", GatehouseHome.PASSWORD);
        String marker = Site.marker();
        try (RawClient client = site.container().client(false)) {
            client.send(Site.head("GET", "/up/public/endless", "alice", marker) + "\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(administrator
                            .submit(GATE, "/gatehouse/people/shut-out", Map.of("user", "alice"))
                            .status())
                    .isEqualTo(303);
            assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
        }
        assertThat(site.records().close(marker).end()).contains("shut out by bob");
        assertThat(site.get("/up/public/x", "alice")).startsWith("HTTP/1.1 401 ");
        administrator.submit(GATE, "/gatehouse/people/let-in", Map.of("user", "alice"));
        site.play(Site::answerOk);
        assertThat(site.get("/up/public/x", "alice")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whoeverIsShutOutGetsNeitherTokenNorSessionForLater() throws Exception {
        Browser administrator = new Browser(site.container());
        administrator.logIn(GATE, "owners", "bob", GatehouseHome.PASSWORD);
        administrator.submit(GATE, "/gatehouse/people/shut-out", Map.of("user", "alice"));
        assertThat(makeToken("alice", "{\"name\": \"later\"}").status()).isEqualTo(401);
        assertThat(browser.logIn(GATE, "staff", "alice", GatehouseHome.PASSWORD).status())
                .isEqualTo(403);
        administrator.submit(GATE, "/gatehouse/people/let-in", Map.of("user", "alice"));
        assertThat(browser.cookies(GATE)).isEmpty();
        assertThat(makeToken("alice", "{\"name\": \"later\"}").status()).isEqualTo(201);
    }

    /** What is another's and what does not exist are told in the same words. */
    @Test
    void aTokenIsMadeOnlyForTargetsOfItsOwner() throws Exception {
        assertThat(makeToken("bob", "{\"name\": \"two\", \"targets\": [\"up\", \"app\"]}")
                        .status())
                .isEqualTo(201);
        for (String name : new String[] {"nowhere", "other", "Up"}) {
            Browser.Answer refused = makeToken("bob", "{\"name\": \"t\", \"targets\": [\"up\", \"" + name + "\"]}");
            assertThat(refused.status()).as(name).isEqualTo(400);
            assertThat(refused.text()).endsWith("\r\n\r\nyou have no target \"" + name + "\"\n");
        }
        assertThat(makeToken("bob", "{\"name\": \"t\", \"targets\": [\"b\\nc\", \"a\"]}")
                        .text())
                .endsWith("\r\n\r\nyou have no target \"a\" and no target \"b\\u000ac\"\n");
        logIn();
        Map<String, String> form = Map.of("name", "from-the-page", "days", "1", "targets", "up nowhere");
        Browser.Answer page = browser.submit(GATE, "/gatehouse/tokens", form);
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text())
                .contains("No token was made: you have no target &quot;nowhere&quot;.")
                .doesNotContain("from-the-page");
    }

    private static Browser.Answer makeToken(String user, String wanted) throws Exception {
        return new Browser(site.container())
                .send(
                        GATE,
                        "POST /gatehouse/api/v1/tokens HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: "
                                + GatehouseHome.basic(user) + "\r\n",
                        wanted);
    }

    private static int asProgram(String token, String target, String fields) throws Exception {
        return browser.send(GATE, "GET " + target + " HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\n" + fields, "")
                .status();
    }

    /** A request that becomes a tunnel, as kubectl's exec does over SPDY/3.1. */
    private static String tunnel(String target, String host, String marker, String credential) {
        return "POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: " + marker + "\r\n" + credential
                + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nContent-Length: 0\r\n\r\n";
    }

    private interface Ending {
        void end() throws Exception;
    }

    private static void isClosed(String request, String marker, Ending ending, String reason) throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
            connection.readToEnd();
        });
        try (RawClient client = site.container().client(true)) {
            client.send(request);
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            ending.end();
            client.readToEnd();
        }
        assertThat(site.records().close(marker).end()).contains(reason);
    }

    @Test
    void aShellEndsWithItsToken() throws Exception {
        String made = makeToken("bob", "{\"name\": \"shell\"}").text();
        String token = made.replaceFirst("(?s).*\"token\": \"([^\"]+)\".*", "$1");
        String marker = Site.marker();
        String exec = "/nested/api/v1/namespaces/d/pods/p/exec?command=id&stdout=1";
        isClosed(
                tunnel(exec, GATE, marker, "Authorization: Bearer " + token + "\r\n"),
                marker,
                () -> assertThat(browser.send(
                                        GATE,
                                        "DELETE /gatehouse/api/v1/tokens/" + token.split("_")[1]
                                                + " HTTP/1.1\r\nAuthorization: " + GatehouseHome.basic("bob")
                                                + "\r\n",
                                        "")
                                .status())
                        .isEqualTo(204),
                "revoked");
    }

    @Test
    void aTunnelEndsWithItsSession() throws Exception {
        logIn();
        browser.follow(APP, "/");
        String marker = Site.marker();
        String cookie = SESSION + "=" + browser.cookies(APP).get(SESSION);
        isClosed(
                tunnel("/socket", APP, marker, "Cookie: " + cookie + "\r\nSec-Fetch-Site: same-origin\r\n"),
                marker,
                () -> assertThat(browser.submit(GATE, "/gatehouse/logout", Map.of())
                                .status())
                        .isEqualTo(200),
                "logged out");
    }

    /** What was done with a token that got into the wrong hands has to be found. */
    @Test
    void theRecordSaysWhichTokenWasUsedAndWhichLoginItStandsFor() throws Exception {
        String made = makeToken("bob", "{\"name\": \"found\"}").text();
        String id = made.replaceFirst("(?s).*\"id\": \"([^\"]+)\".*", "$1");
        String token = made.replaceFirst("(?s).*\"token\": \"([^\"]+)\".*", "$1");
        String used = Site.marker();
        assertThat(asProgram(token, "/up/x", "User-Agent: " + used + "\r\n")).isEqualTo(200);
        AuditRecords.Line byToken = site.records().close(used);
        assertThat(byToken.text("subject", "method")).isEqualTo("api-token");
        assertThat(byToken.text("subject", "authenticator")).isEqualTo("staff");
        assertThat(byToken.text("subject", "credential")).isEqualTo("api-token " + id);
        assertThat(site.records().text()).doesNotContain(token);
        logIn();
        browser.follow(APP, "/seen-by-session");
        site.settleRecords();
        AuditRecords.Line bySession = site.records().containing("/seen-by-session").stream()
                .filter(line -> line.text("verdict", "decision").equals("allow"))
                .findFirst()
                .orElseThrow();
        assertThat(bySession.text("subject", "authenticator")).isEqualTo("staff");
        assertThat(bySession.text("subject", "credential")).isEqualTo("session");
        String password = Site.marker();
        site.exchange(false, Site.head("GET", "/up/x", "bob", password, "Connection: close") + "\r\n");
        assertThat(site.records().close(password).text("subject", "credential")).isEmpty();
    }

    @Test
    void aTokenToReadIsNoShellAndNobodyElse() throws Exception {
        String made = makeToken("bob", "{\"name\": \"reader\", \"verbs\": [\"get\", \"list\"]}")
                .text();
        String token = made.replaceFirst("(?s).*\"token\": \"([^\"]+)\".*", "$1");
        String webSocket = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
        String pods = "/nested/api/v1/namespaces/d/pods";
        assertThat(asProgram(token, "/up/x", "")).isEqualTo(200);
        assertThat(asProgram(token, pods, "")).isEqualTo(200);
        assertThat(asProgram(token, "/up/socket", webSocket)).isEqualTo(403);
        assertThat(asProgram(token, pods + "/p/exec?command=id&stdout=1", webSocket))
                .isEqualTo(403);
        assertThat(asProgram(token, "/nested/api/v1/nodes/n/proxy/exec/d/p/c?command=id", webSocket))
                .isEqualTo(403);
        assertThat(asProgram(token, pods, "Impersonate-User: carol\r\n")).isEqualTo(403);
    }
}
