package io.gatehouse.scenarios;

import static io.gatehouse.scenarios.LoginSite.APP;
import static io.gatehouse.scenarios.LoginSite.GATE;
import static io.gatehouse.scenarios.LoginSite.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging in with a browser, at the portal and on targets' own hosts, and where a login counts. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record LoginIT(ContainerKind kind) {

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
        Browser.Answer behindForm = browser.submitLogin(GATE, "staff", attempt, "bob", GatehouseHome.PASSWORD);
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
        Browser.Answer done = browser.submitLogin(GATE, "owners", attempt, "bob", GatehouseHome.PASSWORD);
        String next = done.field("refresh").substring("0; url=".length());
        assertThat(browser.follow(GATE, next).text()).endsWith("ok");
        assertThat(site.lastConnection().received()).startsWith("GET /board?x=1 HTTP/1.1\r\n");
    }

    /** The session is good on the host, whose target has come to take other logins since. */
    @Test
    void aLoginThatCountsNoMoreLeadsToAnother() throws Exception {
        logIn();
        browser.follow(APP, "/");
        site.home().targetAs("app", LoginSite.app(site, "owners"));
        try {
            site.awaitReload();
            assertThat(browser.follow(APP, "/").status()).isEqualTo(403);
            assertThat(browser.send(APP, "GET / HTTP/1.1\r\nAccept: */*\r\n", "")
                            .status())
                    .isEqualTo(401);
        } finally {
            site.home().targetAs("app", LoginSite.app(site, "staff"));
            site.awaitReload();
        }
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
        Browser.Answer first = browser.submitLogin(GATE, "staff", one, "bob", GatehouseHome.PASSWORD);
        assertThat(first.field("location")).isEqualTo("/gatehouse/tokens");
        assertThat(browser.submitLogin(GATE, "staff", other, "bob", GatehouseHome.PASSWORD)
                        .status())
                .isEqualTo(303);
        assertThat(browser.cookies(GATE)).containsOnlyKeys(SESSION);
    }

    @Test
    void attemptsThatNobodyFinishesDoNotFillTheCookies() throws Exception {
        for (int i = 0; i < 30; i++) {
            browser.open(GATE, "/gatehouse/login/staff");
        }
        assertThat(browser.cookies(GATE)).hasSizeLessThan(7);
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
        Browser.Answer done = browser.submitLogin(GATE, "staff", attempt, "bob", GatehouseHome.PASSWORD);
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
