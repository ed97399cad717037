package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.RawClient;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens of somebody who is removed where they log in. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record TokenOwnerIT(ContainerKind kind) {

    private static final String GATE = "gate.test";
    private static final String TOKENS = "/gatehouse/api/v1/tokens HTTP/1.1\r\n";

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(
                kind,
                made -> made.home()
                        .with("portal: {url: \"https://gate.test\", logins: [staff], session-renew: 5s,"
                                + " token-confirm: 10d}"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static String member(String text, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\": \"([^\"]*)\"").matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static Browser.Answer program(String head, String user, String body) throws Exception {
        return new Browser(site.container())
                .send(
                        GATE,
                        head + "Content-Type: application/json\r\nAuthorization: " + GatehouseHome.basic(user) + "\r\n",
                        body);
    }

    private static String asProgram(String token, String marker) {
        return "GET /up/public/x HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nUser-Agent: " + marker
                + "\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    }

    @Test
    void saysUntilWhenATokenCountsWithoutALogin() throws Exception {
        String made = program("POST " + TOKENS, "bob", "{\"name\": \"t\", \"days\": 90}")
                .text();
        assertThat(member(made, "counts_until"))
                .isGreaterThan(member(made, "created"))
                .isLessThan(member(made, "expires"));
        String listed = program("GET " + TOKENS, "bob", "").text();
        assertThat(listed)
                .contains("\"counts_until\": \"" + member(made, "counts_until").substring(0, 10));
        Browser browser = new Browser(site.container());
        browser.logIn(GATE, "staff", "bob", GatehouseHome.PASSWORD);
        assertThat(browser.open(GATE, "/gatehouse/tokens").text())
                .contains(
                        "Without a login until",
                        "<td>" + member(made, "counts_until").substring(0, 10));
    }

    @Test
    void whoIsRemovedLosesTheirTokensAndWhatIsOpenWithThem() throws Exception {
        String made = program("POST " + TOKENS, "alice", "{\"name\": \"t\"}").text();
        String token = member(made, "token");
        site.play(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            connection.readToEnd();
        });
        String marker = Site.marker();
        try (RawClient open = site.container().client(true)) {
            open.send(asProgram(token, marker));
            assertThat(open.readHead()).startsWith("HTTP/1.1 200 ");
            site.home().users("bob");
            open.readToEnd();
        }
        String reason = "API token " + member(made, "id")
                + " does not count: its owner may not log in: the user is not in the file any more";
        assertThat(site.records().close(marker).end()).endsWith(reason);
        String refused = Site.marker();
        assertThat(site.exchange(true, asProgram(token, refused)))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("file");
        assertThat(site.records().close(refused).reason()).isEqualTo("api-token: " + reason);
        site.home().users("alice", "bob");
        site.play(Site::answerOk);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String answer = site.exchange(true, asProgram(token, Site.marker()));
        while (!answer.startsWith("HTTP/1.1 200 ") && System.nanoTime() < deadline) {
            answer = site.exchange(true, asProgram(token, Site.marker()));
        }
        assertThat(answer).as("whoever is back").startsWith("HTTP/1.1 200 ");
    }
}
