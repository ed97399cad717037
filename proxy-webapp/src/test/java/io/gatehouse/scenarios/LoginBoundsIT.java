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

    /** A notice that does not hold. */
    private static final String NOTICE = "POST /gatehouse/login/staff/backchannel-logout HTTP/1.1\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n";

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

    @Test
    void oneAddressTriesNotTooOften() throws Exception {
        String first = "X-Forwarded-For: 192.0.2.2\r\n";
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statuses.add(browser.send(GATE, "GET /gatehouse/login/staff/callback?state=x HTTP/1.1\r\n" + first, "")
                    .status());
        }
        assertThat(statuses).startsWith(400).contains(429);
        Browser.Answer login = browser.send(
                GATE, "POST /gatehouse/login/staff HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\n" + first, "user=bob");
        assertThat(login.status()).isEqualTo(429);
        assertThat(Integer.parseInt(login.field("retry-after"))).isBetween(1, 60);
        assertThat(login.text())
                .contains("There were too many logins from your address. Try again in " + login.field("retry-after")
                        + " seconds.");
        assertThat(browser.send(GATE, NOTICE + first, "x=y").status()).isEqualTo(429);
        Browser.Answer program =
                browser.send(GATE, "POST /gatehouse/api/v1/program HTTP/1.1\r\n" + first, "code=1&verifier=2");
        assertThat(program.status()).isEqualTo(429);
        assertThat(program.text()).endsWith("seconds.\"}\n");
        assertThat(browser.send(GATE, NOTICE + "X-Forwarded-For: 192.0.2.3\r\n", "x=y")
                        .status())
                .isEqualTo(400);
        site.settleRecords();
        assertThat(site.records().text()).contains("too many logins from one address");
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
