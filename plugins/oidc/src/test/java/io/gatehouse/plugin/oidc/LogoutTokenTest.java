package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

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

    private LoginBench bench;
    private int count;

    @BeforeEach
    void open() throws IOException {
        bench = new LoginBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private TestToken token() {
        return bench.bearer()
                .token()
                .header("typ", "\"logout+jwt\"")
                .claim("events", EVENTS)
                .claim("sid", "\"s1\"")
                .claim("jti", "\"id" + count++ + '"');
    }

    private Optional<ProviderSession> tell(String token) {
        return bench.login().loggedOutAtProvider(Map.of("logout_token", List.of(token)));
    }

    @Test
    void namesWhoseSessionsEnd() {
        assertThat(tell(token().signed())).contains(new ProviderSession("alice", Optional.of("s1")));
        assertThat(tell(token().without("sid").signed())).contains(new ProviderSession("alice", Optional.empty()));
        assertThat(tell(token().without("sub").signed())).contains(new ProviderSession("", Optional.of("s1")));
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
        assertThat(tell(bench.bearer()
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

    @Test
    void countsOnce() {
        String token = token().signed();
        assertThat(tell(token)).isPresent();
        assertThat(tell(token)).isEmpty();
        bench.clock().advance(Duration.ofMinutes(4));
        assertThat(tell(token)).isEmpty();
        bench.clock().advance(Duration.ofMinutes(10));
        assertThat(tell(token)).as("too old").isEmpty();
    }

    @Test
    void isExpectedOnce() {
        String token = token().signed();
        assertThat(bench.login().loggedOutAtProvider(Map.of())).isEmpty();
        assertThat(bench.login().loggedOutAtProvider(Map.of("logout_token", List.of(token, token))))
                .isEmpty();
    }

    @Test
    void doesNotCountWhileTheIssuerIsUnknown() {
        String token = token().signed();
        bench.provider().close();
        assertThat(tell(token)).isEmpty();
    }
}
