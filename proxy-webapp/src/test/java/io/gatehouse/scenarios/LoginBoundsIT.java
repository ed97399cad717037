package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What those who have not logged in, and one who has, can cost the others. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record LoginBoundsIT(ContainerKind kind) {

    private static final String GATE = "gate.test";

    private static final String NOTICES = "/login/staff/backchannel-logout";

    private static Site site;
    private static Browser browser;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .with("trusted-proxies: [127.0.0.1]\n"
                                + "portal: {url: \"https://gate.test\", logins: [staff], logins-per-minute: 1}"));
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

    private static Browser.Answer makeToken(String user) throws Exception {
        return browser.send(
                GATE,
                "POST /gatehouse/api/v1/tokens HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: "
                        + GatehouseHome.basic(user) + "\r\n",
                "{}");
    }

    @Test
    void nobodyWaitsForABodyThatNobodyReads() throws Exception {
        try (RawClient client = site.container().client(true)) {
            String answer = client.send("POST /gatehouse/logout HTTP/1.1\r\nHost: " + GATE
                            + "\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 9\r\n\r\n")
                    .readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 200 ").containsIgnoringCase("\r\nConnection: close\r\n");
        }
    }

    private static String from(String address) {
        return "X-Forwarded-For: " + address + "\r\n";
    }

    private static Browser.Answer guess(String address) throws Exception {
        return browser.send(
                GATE,
                "POST /gatehouse/login/staff HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Sec-Fetch-Site: same-origin\r\n" + from(address),
                "user=bob");
    }

    /** What programs send, and a provider. */
    private static Browser.Answer program(String path, String fields) throws Exception {
        return browser.send(
                GATE,
                "POST /gatehouse" + path + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n" + fields,
                "code=1&verifier=2");
    }

    private static Browser.Answer callback(String address, String attempt) throws Exception {
        return browser.send(
                GATE, "GET /gatehouse/login/staff/callback?state=" + attempt + " HTTP/1.1\r\n" + from(address), "");
    }

    @Test
    void oneAddressTriesNotTooOften() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            statuses.add(guess("192.0.2.2").status());
        }
        assertThat(statuses).startsWith(400).contains(429);
        Browser.Answer login = guess("192.0.2.2");
        assertThat(login.status()).isEqualTo(429);
        assertThat(Integer.parseInt(login.field("retry-after"))).isBetween(1, 60);
        assertThat(login.text())
                .contains("There were too many logins from your address. Try again in " + login.field("retry-after")
                        + " seconds.");
        Browser.Answer program = program("/api/v1/program", from("192.0.2.2"));
        assertThat(program.status()).isEqualTo(429);
        assertThat(program.text()).endsWith("seconds.\"}\n");
        assertThat(guess("192.0.2.3").status()).isEqualTo(400);
        site.records().textWith("too many logins from one address");
    }

    /** Else any page that one person of an office looks at could shut the office out. */
    @Test
    void anotherSitesPageUsesNothingUp() throws Exception {
        for (String site : new String[] {
            "Sec-Fetch-Site: cross-site\r\n",
            "Sec-Fetch-Site: same-site\r\n",
            "Sec-Fetch-Site: none\r\n",
            "Origin: https://evil.test\r\n",
            "Origin: null\r\n"
        }) {
            for (String path : new String[] {
                "/api/v1/device", "/api/v1/device/token", "/api/v1/program", "/login/staff/backchannel-logout"
            }) {
                assertThat(program(path, from("192.0.2.4") + site).status())
                        .as("%s %s", path, site)
                        .isEqualTo(403);
            }
        }
        assertThat(program("/api/v1/program", from("192.0.2.4")).status()).isEqualTo(400);
    }

    @Test
    void onlyWhatWasBegunInThisBrowserCountsAtTheCallback() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(callback("192.0.2.5", "x").status()).isEqualTo(400);
        }
        String attempt = browser.open(GATE, "/gatehouse/login/staff").hidden("attempt");
        assertThat(callback("192.0.2.5", attempt).status()).isEqualTo(200);
        assertThat(guess("192.0.2.5").status()).isEqualTo(429);
    }

    @Test
    void noticesThatDoNotHoldKeepNobodyOut() throws Exception {
        assertThat(guess("192.0.2.6").status()).isEqualTo(400);
        assertThat(program(NOTICES, from("192.0.2.6")).status())
                .as("apart from logins")
                .isEqualTo(400);
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            statuses.add(program(NOTICES, from("192.0.2.7")).status());
        }
        assertThat(statuses).startsWith(400).contains(429).containsOnly(400, 429);
        assertThat(guess("192.0.2.7").status()).isEqualTo(400);
    }

    @Test
    void onePersonMakesNotTooManyTokens() throws Exception {
        Browser.Answer last = makeToken("alice");
        for (int i = 0; i < 2_000 && last.status() == 400; i++) {
            last = makeToken("alice");
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.text()).contains("{\"error\": \"You have made or revoked too many tokens. Try again in ");
        assertThat(makeToken("bob").status()).isEqualTo(400);
    }
}
