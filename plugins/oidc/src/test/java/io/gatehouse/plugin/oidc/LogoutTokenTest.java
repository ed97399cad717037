package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.ProviderSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An issuer's word that somebody has logged out there. */
class LogoutTokenTest {

    private static final String EVENTS = "{\"http://schemas.openid.net/event/backchannel-logout\":{}}";

    private LoginFixture fixture;
    private int count;

    @BeforeEach
    void open() throws IOException {
        fixture = new LoginFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private TestToken token() {
        return fixture.bearer()
                .token()
                .header("typ", "\"logout+jwt\"")
                .claim("events", EVENTS)
                .claim("sid", "\"s1\"")
                .claim("jti", "\"id" + count++ + '"');
    }

    private Optional<LogoutNotice> tell(String token) {
        return fixture.login().loggedOutAtProvider(Map.of("logout_token", List.of(token)));
    }

    private Optional<ProviderSession> session(TestToken token) {
        return tell(token.signed()).map(LogoutNotice::session);
    }

    @Test
    void namesWhoseSessionsEnd() {
        assertThat(session(token())).contains(new ProviderSession("alice", Optional.of("s1")));
        assertThat(session(token().without("sid"))).contains(new ProviderSession("alice", Optional.empty()));
        assertThat(session(token().without("sub"))).contains(new ProviderSession("", Optional.of("s1")));
        assertThat(tell(token().without("exp").without("typ").signed())).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "aud; \"other\"",
                "aud; []",
                "events; {}",
                "events; \"http://schemas.openid.net/event/backchannel-logout\"",
                "events; {\"http://schemas.openid.net/event/backchannel-logout\":true}",
                "nonce; \"n\"",
                "nonce; null",
                "iat; null",
                "iat; \"1\"",
                "iat; 1",
                "iat; 4000000000",
                "exp; 1",
                "jti; null",
                "jti; 7",
                "sub; 7",
                "sid; [\"s1\"]",
                "iss; \"https://other\""
            })
    void doesNotCountWithAWrongClaim(String claim, String json) {
        assertThat(tell(token().claim(claim, json).signed())).isEmpty();
    }

    @Test
    void needsSomebodyWhoseSessionsEnd() {
        assertThat(tell(token().without("sub").without("sid").signed())).isEmpty();
    }

    /** An ID token is public enough: it must not log anybody out. */
    @Test
    void isNoIdToken() {
        assertThat(tell(fixture.bearer()
                        .token()
                        .claim("sid", "\"s1\"")
                        .claim("jti", "\"x\"")
                        .signed()))
                .isEmpty();
    }

    @Test
    void mustBeSigned() {
        assertThat(tell(token().signedBy(TestToken.OTHER_RSA))).isEmpty();
        assertThat(tell(token().header("alg", "\"none\"").unsigned() + ".")).isEmpty();
        assertThat(tell("nonsense")).isEmpty();
    }

    /** The host may not have been able to end the sessions, so that the provider says it once more. */
    @Test
    void saysTheSameWhenItComesAgainUntilItIsTooOld() {
        String token = token().claim("jti", "\"n-1\"").without("exp").signed();
        LogoutNotice notice = tell(token).orElseThrow();
        assertThat(notice.id()).isEqualTo("n-1");
        fixture.clock().advance(Duration.ofMinutes(4));
        assertThat(tell(token)).contains(notice);
        fixture.clock()
                .advance(Duration.between(fixture.clock().instant(), notice.until())
                        .minusMillis(1));
        assertThat(tell(token)).contains(notice);
        fixture.clock().advance(Duration.ofMillis(1));
        assertThat(tell(token)).as("too old").isEmpty();
    }

    @Test
    void isExpectedOnce() {
        String token = token().signed();
        assertThat(fixture.login().loggedOutAtProvider(Map.of())).isEmpty();
        assertThat(fixture.login().loggedOutAtProvider(Map.of("logout_token", List.of(token, token))))
                .isEmpty();
    }

    @Test
    void doesNotCountWhileTheIssuerIsUnknown() {
        String token = token().signed();
        fixture.provider().close();
        assertThat(tell(token)).isEmpty();
    }
}
