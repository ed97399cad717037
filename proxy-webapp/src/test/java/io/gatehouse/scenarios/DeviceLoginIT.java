package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.login.ProgramCodes;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A program without a browser logs in by one somewhere else, and what others make of it. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record DeviceLoginIT(ContainerKind kind) {

    private static final String GATE = "gate.test";
    private static final String PAGE = "/gatehouse/device";
    private static final String ANSWER = "/gatehouse/device/answer";

    private static Site site;
    private static Browser browser;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .with("portal: {url: \"https://gate.test\", logins: [staff], administrators: [admins]}\n"
                                + "trusted-proxies: [127.0.0.1]"));
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

    private record Codes(String device, String user) {}

    /** What a program sends; it has no cookies. */
    private static Browser.Answer program(String path, String body, String... fields) throws Exception {
        StringBuilder head = new StringBuilder(
                "POST /gatehouse/api/v1/" + path + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return new Browser(site.container()).send(GATE, head.toString(), body);
    }

    private static String member(Browser.Answer answer, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(answer.text());
        return matcher.find() ? matcher.group(1) : "";
    }

    private static Codes begin(String address) throws Exception {
        Browser.Answer begun = program("device", "", "X-Forwarded-For: " + address);
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.text())
                .contains("\"verification_uri\": \"https://gate.test/gatehouse/device\"", "\"interval\": 5");
        return new Codes(member(begun, "device_code"), member(begun, "user_code"));
    }

    private static Browser.Answer poll(Codes codes) throws Exception {
        return program("device/token", "device_code=" + codes.device());
    }

    private static void logIn(String user) throws Exception {
        assertThat(browser.logIn(GATE, "staff", user, GatehouseHome.PASSWORD).status())
                .isEqualTo(303);
    }

    @Test
    void aProgramIsWhoeverTypesItsCodeAndSaysYes() throws Exception {
        Codes codes = begin("192.0.2.10");
        assertThat(browser.open(GATE, PAGE).field("location")).isEqualTo("/gatehouse/login?to=%2Fgatehouse%2Fdevice");
        logIn("bob");
        Browser.Answer page = browser.open(GATE, PAGE);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.field("content-security-policy")).contains("default-src 'none'", "form-action 'self'");
        Browser.Answer asked =
                browser.submit(GATE, PAGE, Map.of("code", codes.user().toLowerCase()));
        assertThat(asked.text()).contains("192.0.2.10", codes.user(), "<strong>bob</strong>", "just now");
        Browser.Answer done = browser.submit(GATE, ANSWER, Map.of("code", asked.hidden("code"), "answer", "yes"));
        assertThat(done.text()).contains("Your program is logged in");

        Browser.Answer given = poll(codes);
        assertThat(given.status()).isEqualTo(200);
        assertThat(member(given, "user")).isEqualTo("bob");
        String token = member(given, "token");
        String marker = Site.marker();
        assertThat(site.exchange(
                        true,
                        "GET /up/x HTTP/1.1\r\nHost: gate\r\nUser-Agent: " + marker
                                + "\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(site.records().close(marker).text("subject", "user")).isEqualTo("bob");
        assertThat(site.records().textWith("lets a program at 192.0.2.10 log in", "a program logs in with token "))
                .doesNotContain(codes.device(), codes.user(), token);
        assertThat(browser.submit(GATE, PAGE, Map.of("code", codes.user())).status())
                .as("a code is good once")
                .isEqualTo(400);
    }

    @Test
    void aSessionThatHasEndedSinceGivesADeviceNothing() throws Exception {
        Codes codes = begin("192.0.2.20");
        logIn("bob");
        assertThat(browser.submit(GATE, ANSWER, Map.of("code", codes.user(), "answer", "yes"))
                        .text())
                .contains("Your program is logged in");
        assertThat(browser.submit(GATE, "/gatehouse/logout", Map.of()).status()).isEqualTo(200);
        assertThat(member(poll(codes), "error")).isEqualTo("access_denied");
    }

    @Test
    void aSessionThatHasEndedSinceGivesAProgramNothing() throws Exception {
        String verifier = "v".repeat(43);
        Map<String, String> yes =
                Map.of("port", "49152", "challenge", ProgramCodes.challenge(verifier), "state", "s".repeat(16));
        logIn("bob");
        String kept = code(browser.submit(GATE, "/gatehouse/program", yes));
        String code = code(browser.submit(GATE, "/gatehouse/program", yes));
        assertThat(member(program("program", "code=" + kept + "&verifier=" + verifier), "user"))
                .isEqualTo("bob");
        assertThat(browser.submit(GATE, "/gatehouse/logout", Map.of()).status()).isEqualTo(200);
        Browser.Answer late = program("program", "code=" + code + "&verifier=" + verifier);
        assertThat(late.status()).isEqualTo(400);
        assertThat(member(late, "token")).isEmpty();
    }

    private static String code(Browser.Answer toProgram) {
        Matcher matcher = Pattern.compile("[?]code=([^&]+)&").matcher(toProgram.field("refresh"));
        return matcher.find() ? matcher.group(1) : "";
    }

    @Test
    void aProgramWaitsAndDoesNotAskTooOften() throws Exception {
        Codes codes = begin("192.0.2.11");
        Browser.Answer first = poll(codes);
        assertThat(first.status()).isEqualTo(400);
        assertThat(member(first, "error")).isEqualTo("authorization_pending");
        assertThat(first.field("cache-control")).isEqualTo("no-store");
        assertThat(member(poll(codes), "error")).isEqualTo("slow_down");
    }

    @Test
    void aPersonMaySayNo() throws Exception {
        Codes codes = begin("192.0.2.12");
        logIn("bob");
        browser.submit(GATE, PAGE, Map.of("code", codes.user()));
        assertThat(browser.submit(GATE, ANSWER, Map.of("code", codes.user(), "answer", "no"))
                        .text())
                .contains("Your program is not logged in");
        assertThat(member(poll(codes), "error")).isEqualTo("access_denied");
    }

    @Test
    void anotherSitesPageSaysNothing() throws Exception {
        Codes codes = begin("192.0.2.13");
        logIn("bob");
        Map<String, String> yes = Map.of("code", codes.user(), "answer", "yes");
        assertThat(browser.submit(GATE, ANSWER, yes, "cross-site").status()).isEqualTo(403);
        assertThat(browser.submit(GATE, ANSWER, yes, "same-site").status()).isEqualTo(403);
        assertThat(browser.submit(GATE, PAGE, yes, "cross-site").status()).isEqualTo(403);
        assertThat(browser.open(GATE, PAGE + "?code=" + codes.user() + "&answer=yes")
                        .text())
                .as("an address brings no code")
                .doesNotContain(codes.user());
        assertThat(browser.open(GATE, ANSWER + "?code=" + codes.user() + "&answer=yes")
                        .status())
                .isEqualTo(404);
        assertThat(member(poll(codes), "error")).isEqualTo("authorization_pending");
    }

    @Test
    void nobodySaysYesWithoutALogin() throws Exception {
        Codes codes = begin("192.0.2.14");
        Browser.Answer away = browser.submit(GATE, ANSWER, Map.of("code", codes.user(), "answer", "yes"));
        assertThat(away.status()).isEqualTo(303);
        assertThat(member(poll(codes), "error")).isEqualTo("authorization_pending");
    }

    @Test
    void guessesAreBoundedForEachPerson() throws Exception {
        Codes codes = begin("192.0.2.15");
        logIn("alice");
        for (int i = 0; i < 10; i++) {
            assertThat(browser.submit(GATE, PAGE, Map.of("code", "BBBB-BBB" + "BCDFGHJKLM".charAt(i)))
                            .status())
                    .isEqualTo(400);
        }
        Browser.Answer refused = browser.submit(GATE, PAGE, Map.of("code", codes.user()));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).contains("You have typed too many wrong codes");
        assertThat(browser.submit(GATE, ANSWER, Map.of("code", codes.user(), "answer", "yes"))
                        .status())
                .isEqualTo(429);
        assertThat(member(poll(codes), "error")).isEqualTo("authorization_pending");
    }

    @Test
    void codesAreBoundedForEachAddress() throws Exception {
        for (int i = 0; i < 20; i++) {
            begin("192.0.2.16");
        }
        Browser.Answer refused = program("device", "", "X-Forwarded-For: 192.0.2.16");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.field("retry-after"))).isBetween(1, 30);
        begin("192.0.2.17");
    }

    @Test
    void rightCodesAreNotCounted() throws Exception {
        logIn("bob");
        for (int i = 0; i < 12; i++) {
            Codes codes = begin("192.0.2.19");
            assertThat(browser.submit(GATE, PAGE, Map.of("code", codes.user())).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNoDeviceCodeGetsNothing() throws Exception {
        Codes codes = begin("192.0.2.18");
        String letters = codes.user().replace("-", "");
        for (String guess : new String[] {"", letters, letters + ".AAAAAAAAAAAAAAAAAAAAAA", "x".repeat(101)}) {
            assertThat(member(poll(new Codes(guess, "")), "error")).isEqualTo("expired_token");
        }
    }
}
