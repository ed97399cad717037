package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in with a browser, at the portal and on targets' own hosts, and what others make of it. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record LoginIT(ContainerKind kind) {

    private static final String GATE = "gate.test";
    private static final String APP = "app.test";
    private static final String SESSION = "__Host-gatehouse-session";

    private static Site site;
    private static Browser browser;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, made -> {
            String access = "authorizers: [policy], identity: as-user";
            made.home()
                    .with("trusted-proxies: [127.0.0.1]\n"
                            + "portal: {url: \"https://gate.test\", logins: [staff, owners], administrators: [admins]}")
                    .product("authenticators", "owners: {plugin: htpasswd, file: owners, groups: [admins]}")
                    .targetAs("app", app(made, "staff"))
                    .targetAs(
                            "open",
                            "{path: /open/, url: \"" + made.url() + "\", authenticators: [anonymous], "
                                    + "authorizers: [everybody], identity: nobody}")
                    .target("nested", made.url(), "kubernetes: true", "impersonation: true")
                    .product("authorizers", "everybody: {plugin: acl, policy: everybody.csv}")
                    .product("identities", "nobody: {plugin: none}")
                    .file("everybody.csv", "p, user:system:anonymous, *, /**, *, allow\n")
                    .targetAs(
                            "other",
                            "{host: other.test, url: \"" + made.url() + "\", authenticators: [owners], " + access
                                    + "}");
            Files.copy(
                    made.home().folder().resolve("htpasswd"),
                    made.home().folder().resolve("owners"));
        });
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
    void aPersonLogsInAndSeesTheirPage() throws Exception {
        Browser.Answer first = browser.follow(GATE, "/gatehouse/");
        assertThat(first.text()).contains("/gatehouse/login/staff?to=", "/gatehouse/login/owners?to=");
        Browser.Answer done = logIn();
        assertThat(done.status()).isEqualTo(303);
        assertThat(done.field("location")).isEqualTo("/gatehouse/");
        assertThat(done.text())
                .containsPattern("(?i)set-cookie: " + SESSION
                        + "=1\\.[A-Za-z0-9_-]+; Path=/; HttpOnly; SameSite=Lax; Secure\r\n");
        assertThat(browser.cookies(GATE)).containsOnlyKeys(SESSION);
        Browser.Answer page = browser.open(GATE, "/gatehouse/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("bob", "https://app.test/").doesNotContain("other.test");
        assertThat(page.text())
                .containsPattern("(?s)<h2>Clusters</h2>.*>kube<.*value=\"kube\".*<h2>Services</h2>.*>app<.*>up<")
                .doesNotContain("value=\"app\"", "value=\"up\"");
        assertThat(page.field("content-security-policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(page.field("cache-control")).isEqualTo("no-store");
    }

    @Test
    void aWrongPasswordIsRefusedAndLeavesNothingBehind() throws Exception {
        Browser.Answer refused = browser.logIn(GATE, "staff", "bob", "guess-of-mine");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain("wrong password", "guess-of-mine");
        assertThat(browser.cookies(GATE)).isEmpty();
        assertThat(site.records().textWith("wrong password")).doesNotContain("guess-of-mine");
    }

    @Test
    void anAppsOwnHostSendsPeopleToThePortalAndGetsThemBack() throws Exception {
        Browser.Answer away = browser.open(APP, "/board?x=1&y=%20");
        assertThat(away.status()).isEqualTo(302);
        assertThat(away.field("location")).startsWith("https://gate.test/gatehouse/enter?proof=");
        assertThat(browser.follow(APP, "/board?x=1&y=%20").text()).contains("<h1>Log in</h1>");
        String login = browser.open(GATE, away.field("location").substring("https://gate.test".length()))
                .field("location");
        String attempt =
                browser.open(GATE, login.replace("/login?", "/login/staff?")).hidden("attempt");
        Browser.Answer behindForm = browser.submit(
                GATE,
                "/gatehouse/login/staff",
                Map.of("attempt", attempt, "user", "bob", "password", GatehouseHome.PASSWORD));
        assertThat(behindForm.status()).isEqualTo(200); // a browser takes no redirect from here to another host
        assertThat(behindForm.field("refresh")).startsWith("0; url=/gatehouse/enter?proof=");
        Browser.Answer page = browser.follow(GATE, behindForm.field("refresh").substring("0; url=".length()));
        assertThat(page.text()).endsWith("ok");
        assertThat(site.lastConnection().received())
                .startsWith("GET /board?x=1&y=%20 HTTP/1.1\r\n")
                .contains("Impersonate-User: bob\r\n")
                .doesNotContain("gatehouse-session", "gatehouse-enter");
    }

    @Test
    void programsAreNeverRedirected() throws Exception {
        assertThat(browser.send(APP, "GET / HTTP/1.1\r\nAccept: */*\r\n", "").status())
                .isEqualTo(401);
        assertThat(browser.send(
                                APP,
                                "GET / HTTP/1.1\r\nAccept: text/html\r\nSec-Fetch-Mode: cors\r\n"
                                        + "Sec-Fetch-Site: same-origin\r\n",
                                "")
                        .status())
                .isEqualTo(401);
        Browser.Answer answer = browser.open(GATE, "/up/x");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.field("WWW-Authenticate")).isEmpty(); // a password would not count
    }

    @Test
    void aCookieIsNoneOnAnotherHost() throws Exception {
        logIn();
        browser.follow(APP, "/");
        String portals = browser.cookies(GATE).get(SESSION);
        String apps = browser.cookies(APP).get(SESSION);
        assertThat(apps).isNotEmpty().isNotEqualTo(portals);
        browser.cookies(APP).put(SESSION, portals);
        assertThat(browser.open(APP, "/").status()).isEqualTo(302);
        browser.cookies(GATE).put(SESSION, apps);
        assertThat(browser.open(GATE, "/gatehouse/").status()).isEqualTo(303);
    }

    @Test
    void aLoginCountsOnlyWhereItsAuthenticatorIsAsked() throws Exception {
        logIn();
        Browser.Answer another = browser.follow("other.test", "/board?x=1");
        assertThat(another.status()).isEqualTo(403);
        assertThat(another.text())
                .contains("<strong>other</strong> does not take", "staff")
                .doesNotContain("code=");
        assertThat(browser.cookies("other.test")).doesNotContainKey(SESSION);
        String way = another.text().replaceFirst("(?s).*href=\"(/gatehouse/login/owners\\?to=[^\"]+)\".*", "$1");
        assertThat(another.text()).doesNotContain("/gatehouse/login/staff?to=");
        String attempt = browser.open(GATE, way).hidden("attempt");
        Browser.Answer done = browser.submit(
                GATE,
                "/gatehouse/login/owners",
                Map.of("attempt", attempt, "user", "bob", "password", GatehouseHome.PASSWORD));
        String next = done.field("refresh").substring("0; url=".length());
        assertThat(browser.follow(GATE, next).text()).endsWith("ok");
        assertThat(site.lastConnection().received()).startsWith("GET /board?x=1 HTTP/1.1\r\n");
    }

    /** The session is good on the host, whose target has come to take other logins since. */
    @Test
    void aLoginThatCountsNoMoreLeadsToAnother() throws Exception {
        logIn();
        browser.follow(APP, "/");
        site.home().targetAs("app", app(site, "owners"));
        try {
            site.awaitReload();
            assertThat(browser.follow(APP, "/").status()).isEqualTo(403);
            assertThat(browser.send(APP, "GET / HTTP/1.1\r\nAccept: */*\r\n", "")
                            .status())
                    .isEqualTo(401);
        } finally {
            site.home().targetAs("app", app(site, "staff"));
            site.awaitReload();
        }
    }

    private static String app(Site made, String authenticator) {
        return "{host: app.test, url: \"" + made.url() + "\", authenticators: [" + authenticator
                + "], authorizers: [policy], identity: as-user}";
    }

    @Test
    void aPathThatTargetsShareTakesNoSession() throws Exception {
        logIn();
        Browser.Answer answer = browser.open(GATE, "/up/x");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.field("WWW-Authenticate")).isEmpty(); // a password would not count
    }

    @Test
    void aCodeIsGoodOnceForOneBrowserOnOneHost() throws Exception {
        logIn();
        String to = browser.open(APP, "/").field("location").substring("https://gate.test".length());
        String code = browser.open(GATE, to).field("location").substring("https://app.test".length());
        assertThat(code).startsWith("/gatehouse/enter?code=");
        Browser another = new Browser(site.container());
        another.open(APP, "/");
        assertThat(another.open(APP, code).status()).isEqualTo(400);
        assertThat(browser.open(APP, code).status()).isEqualTo(400); // as it was used up by the other one
        String second = browser.open(GATE, to).field("location").substring("https://app.test".length());
        browser.cookies("other.test").putAll(browser.cookies(APP));
        assertThat(browser.open("other.test", second).status()).isEqualTo(400);
    }

    @Test
    void anAttemptIsGoodOnceInItsOwnBrowser() throws Exception {
        String attempt = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        Map<String, String> form = Map.of("attempt", attempt, "user", "bob", "password", GatehouseHome.PASSWORD);
        Map<String, String> before = Map.copyOf(browser.cookies(GATE));
        Browser another = new Browser(site.container());
        assertThat(another.submit(GATE, "/gatehouse/login/staff", form).status())
                .isEqualTo(400);
        assertThat(browser.submit(GATE, "/gatehouse/login/owners", form).status())
                .isEqualTo(400);
        assertThat(browser.submit(GATE, "/gatehouse/login/staff", form).status())
                .isEqualTo(303);
        browser.cookies(GATE).putAll(before);
        assertThat(browser.submit(GATE, "/gatehouse/login/staff", form).status())
                .isEqualTo(400);
    }

    @Test
    void twoTabsLogInAtOnce() throws Exception {
        String one = browser.open(GATE, "/gatehouse/login/staff?to=/gatehouse/tokens")
                .hidden("attempt");
        String other = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        Browser.Answer first = browser.submit(
                GATE,
                "/gatehouse/login/staff",
                Map.of("attempt", one, "user", "bob", "password", GatehouseHome.PASSWORD));
        assertThat(first.field("location")).isEqualTo("/gatehouse/tokens");
        assertThat(browser.submit(
                                GATE,
                                "/gatehouse/login/staff",
                                Map.of("attempt", other, "user", "bob", "password", GatehouseHome.PASSWORD))
                        .status())
                .isEqualTo(303);
        assertThat(browser.cookies(GATE)).containsOnlyKeys(SESSION);
    }

    @Test
    void aLogoutEndsWhatTwoTabsHaveBegunAtTheSameMoment() throws Exception {
        String one = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        String other = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        Map<String, String> before = Map.copyOf(browser.cookies(GATE));
        browser.submit(
                GATE,
                "/gatehouse/login/staff",
                Map.of("attempt", one, "user", "bob", "password", GatehouseHome.PASSWORD));
        assertThat(browser.follow(APP, "/").status()).isEqualTo(200); // handed over with the first one
        browser.cookies(GATE).clear();
        browser.cookies(GATE).putAll(before); // the other tab's form was sent before the first one's answer came
        browser.submit(
                GATE,
                "/gatehouse/login/staff",
                Map.of("attempt", other, "user", "bob", "password", GatehouseHome.PASSWORD));
        assertThat(browser.open(APP, "/").status()).isEqualTo(200);
        browser.submit(GATE, "/gatehouse/logout", Map.of());
        assertThat(browser.open(APP, "/").status()).isEqualTo(302);
    }

    @Test
    void attemptsThatNobodyFinishesDoNotFillTheCookies() throws Exception {
        for (int i = 0; i < 30; i++) {
            browser.open(GATE, "/gatehouse/login/staff");
        }
        assertThat(browser.cookies(GATE)).hasSizeLessThan(7);
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.test", "/\\evil.test", "https://evil.test", "https://gate.test@evil.test", "/%09/evil.test",
                "/%5cevil.test", "/.//evil.test", "javascript:alert(1)", "data:text/html,x", "/x\r\nSet-Cookie: a=b",
                "https://gate.test.evil.test/", "///evil.test", "/\t/evil.test", "\\\\evil.test", "http:evil.test",
                "/..//evil.test", "/a/../..//evil.test", "evil.test", "/x?y\u0000", "%2f%2fevil.test"
            })
    void nobodyIsSentElsewhereAfterALogin(String to) throws Exception {
        String attempt = browser.open(
                        GATE, "/gatehouse/login/staff?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8))
                .hidden("attempt");
        Browser.Answer done = browser.submit(
                GATE,
                "/gatehouse/login/staff",
                Map.of("attempt", attempt, "user", "bob", "password", GatehouseHome.PASSWORD));
        assertThat(done.status()).isEqualTo(303);
        assertThat(done.field("location")).isEqualTo("/gatehouse/");
        assertThat(done.field("set-cookie")).doesNotContain("a=b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.test/",
                "http://app.test/",
                "https://app.test:8443/",
                "https://app.test@evil.test/",
                "https://x@app.test/",
                "//app.test/",
                "https:/app.test/",
                "https://app.test.evil.test/",
                "/relative",
                "javascript:alert(1)",
                "https://app.test%2eevil.test/",
                "https://\u0430pp.test/",
                ""
            })
    void noCodeIsHandedToAnybodyElse(String to) throws Exception {
        logIn();
        Browser.Answer answer = browser.open(
                GATE,
                "/gatehouse/enter?proof=" + "0".repeat(64) + "&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field("location")).isEmpty();
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

    /** Else a page that anybody may put there could make itself a token of whoever looks at it. */
    @Test
    void whatIsServedOnThePortalsHostBesidesItIsInASandbox() throws Exception {
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nContent-Security-Policy: script-src *\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n");
        });
        assertThat(browser.open(GATE, "/open/page").text())
                .contains("Content-Security-Policy: sandbox\r\n", "Content-Security-Policy: script-src *\r\n");
        assertThat(browser.open("elsewhere.test", "/open/page").text()).doesNotContain("sandbox");
    }

    @Test
    void thePortalIsNotServedInClear() throws Exception {
        String answer =
                site.exchange(false, "GET /gatehouse/login HTTP/1.1\r\nHost: gate.test\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 307 ").contains("Location: https://gate.test/gatehouse/\r\n");
        assertThat(site.exchange(
                        false,
                        "POST /gatehouse/login/staff HTTP/1.1\r\nHost: gate.test\r\nConnection: close\r\n"
                                + "Content-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void ownPagesAreOnThePortalsHostAlone() throws Exception {
        logIn();
        browser.follow(APP, "/");
        for (String page : new String[] {"/gatehouse/", "/gatehouse/login", "/gatehouse/tokens", "/gatehouse/x"}) {
            assertThat(browser.open(APP, page).status()).as(page).isEqualTo(404);
        }
    }
}
