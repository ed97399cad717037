package io.gatehouse.login;

import static io.gatehouse.login.CookieHeadersTest.request;
import static io.gatehouse.login.CookieHeadersTest.sentBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionCookiesTest {

    private static final String HOST = "app.test";
    private static final Identity ALICE = Identity.of("alice", "fake").withGroups(List.of("staff"));

    private final LoginParts parts = new LoginParts();
    private final SessionCookies cookies = new SessionCookies(parts.rules, parts.sessions, parts.clock);

    private HttpServletRequest browser() {
        Session session = parts.sessions.begin(
                "corp", new LoginStep.LoggedIn(ALICE, Optional.of(Secret.of("refresh")), Optional.empty()), List.of());
        return request(sentBack(cookies.set(request(), HOST, session)));
    }

    private Credential.Session credential(HttpServletRequest request) {
        return cookies.credential(request, HOST).orElseThrow();
    }

    /** What the road of a request does with a session; the fields of its answer. */
    private List<Header> serve(HttpServletRequest request) {
        Credential.Session credential = credential(request);
        assertThat(new SessionAuthenticator(cookies, Set.of("corp")).authenticate(credential, null))
                .isInstanceOf(AuthenticationResult.Authenticated.class);
        return cookies.freshCookie(request, HOST, credential);
    }

    @Test
    void aRequestsCookieIsOpenedOnce() {
        Credential.Session credential = credential(browser());
        assertThat(cookies.open(credential).orElseThrow())
                .isSameAs(cookies.open(credential).orElseThrow());
    }

    @Test
    void otherKeysOpenItAgain() {
        Credential.Session credential = credential(browser());
        LoginParts others = new LoginParts();
        assertThat(new SessionCookies(others.rules, others.sessions, others.clock).open(credential))
                .isEmpty();
    }

    @Test
    void theStoreIsNotAskedBeforeTheRenewalIsDue() {
        HttpServletRequest request = browser();
        int before = parts.store.reads();
        assertThat(serve(request)).isEmpty();
        assertThat(parts.store.reads()).isEqualTo(before);
    }

    @Test
    void theStoreIsAskedOnceForACookieThatIsBehind() {
        HttpServletRequest request = browser();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofMinutes(10));
        serve(request); // renews it, and the browser has not heard of that
        int before = parts.store.reads();
        assertThat(serve(request)).isNotEmpty();
        assertThat(parts.store.reads()).isEqualTo(before + 1);
        assertThat(parts.login.renewals()).isEqualTo(1);
    }

    @Test
    void aCookieThatTellsOfLittleUseIsMadeAnew() {
        parts.login.says(Renewal.unavailable("down"));
        HttpServletRequest request = browser();
        parts.pass(Duration.ofMinutes(9));
        assertThat(serve(request)).isEmpty();
        parts.pass(Duration.ofMinutes(20));
        assertThat(serve(request)).isEmpty();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofMinutes(30));
        HttpServletRequest fresh = request(sentBack(serve(request)));
        parts.pass(Duration.ofHours(7).plusMinutes(30));
        assertThat(cookies.credential(request, HOST)).isEmpty();
        assertThat(cookies.credential(fresh, HOST)).isPresent();
    }

    @Test
    void aSessionCountsWhereItsAuthenticatorIsAsked() {
        AuthenticationResult result =
                new SessionAuthenticator(cookies, Set.of("elsewhere")).authenticate(credential(browser()), null);
        assertThat(result)
                .isInstanceOfSatisfying(
                        AuthenticationResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).contains("by corp"));
    }

    @Test
    void aCookieIsForOneHost() {
        HttpServletRequest request = browser();
        assertThat(cookies.credential(request, "other.test")).isEmpty();
        assertThat(cookies.credential(request, "gate.test")).isEmpty();
    }
}
