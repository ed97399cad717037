package io.gatehouse.login;

import static io.gatehouse.login.CookieHeadersTest.request;
import static io.gatehouse.login.CookieHeadersTest.sentBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginAttempts.Attempt;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoginAttemptsTest {

    private static final Map<String, String> KEPT = Map.of("nonce", "n-1");

    private final LoginParts parts = new LoginParts();
    private final LoginAttempts attempts = attempts(parts);
    private final Attempt begun = attempts.begin("corp", "/clusters");

    private static LoginAttempts attempts(LoginParts parts) {
        return new LoginAttempts(parts.rules, parts.state, parts.clock);
    }

    /** What comes from a browser in which these were begun. */
    private HttpServletRequest browser(Attempt... all) {
        return request(Stream.of(all)
                .map(each -> sentBack(attempts.keep(request(), each, KEPT)))
                .toArray(String[]::new));
    }

    @Test
    void countsOnceOnAllReplicas() {
        HttpServletRequest browser = browser(begun);
        Attempt taken = attempts.take(browser, "corp", begun.id()).orElseThrow();
        assertThat(taken.to()).isEqualTo("/clusters");
        assertThat(taken.kept()).isEqualTo(KEPT);
        assertThat(attempts.take(browser, "corp", begun.id())).isEmpty();
        parts.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(attempts.take(browser, "corp", begun.id())).isEmpty();
        assertThat(attempts(parts.replica()).take(browser, "corp", begun.id())).isEmpty();
    }

    @Test
    void countsInItsOwnBrowserForItsOwnLogin() {
        HttpServletRequest browser = browser(begun);
        Attempt another = attempts.begin("corp", "/");
        assertThat(attempts.take(request(), "corp", begun.id())).isEmpty();
        assertThat(attempts.take(browser(another), "corp", begun.id())).isEmpty();
        assertThat(attempts.take(browser, "github", begun.id())).isEmpty();
        assertThat(attempts.take(browser, "corp", another.id())).isEmpty();
        assertThat(attempts.take(browser, "corp", "")).isEmpty();
        assertThat(attempts(new LoginParts()).take(browser, "corp", begun.id()))
                .as("sealed with another key")
                .isEmpty();
        assertThat(attempts.take(browser, "corp", begun.id())).isPresent();
    }

    @Test
    void endsAfterTenMinutes() {
        HttpServletRequest browser = browser(begun, attempts.begin("corp", "/"));
        parts.clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(attempts.known(browser, "corp", begun.id())).isPresent();
        assertThat(attempts.beside(browser)).hasSize(2);
        parts.clock.advance(Duration.ofSeconds(1));
        assertThat(attempts.known(browser, "corp", begun.id())).isEmpty();
        assertThat(attempts.take(browser, "corp", begun.id())).isEmpty();
        assertThat(attempts.beside(browser)).isEmpty();
    }

    /** Else anybody's cookie could tie their login to another one. */
    @Test
    void onlyWhatWasBegunHereIsBeside() {
        HttpServletRequest browser = request(
                sentBack(attempts.keep(request(), begun, KEPT)), "__Host-gatehouse-login-0123456789abcdef=1.planted");
        assertThat(attempts.beside(browser)).isEmpty();
    }
}
