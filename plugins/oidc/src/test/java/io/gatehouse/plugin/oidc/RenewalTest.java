package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looking again at somebody who has logged in. */
class RenewalTest {

    private LoginBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new LoginBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private LoginStep.LoggedIn login(String refreshToken) {
        LoginStep.Redirect begun = bench.begin("attempt");
        bench.grants(bench.idToken(begun).claim("groups", "[\"dev\"]"), refreshToken);
        return (LoginStep.LoggedIn) bench.callback(begun, Map.of("code", "c"));
    }

    private Renewal renew(LoginStep.LoggedIn login) {
        return bench.login().renew(login.identity(), login.grant());
    }

    private static Optional<Secret> refreshToken(Renewal renewal) {
        return ((Renewal.Renewed) renewal).grant().flatMap(Grant::of).flatMap(Grant::refreshToken);
    }

    @Test
    void takesWhatTheIssuerSaysNow() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.grants(bench.bearer().token().claim("groups", "[\"ops\"]"), "refresh-2");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(renewed.identity())
                .extracting(Identity::user, Identity::groups, Identity::expires)
                .containsExactly("alice", List.of("ops"), Optional.empty());
        assertThat(refreshToken(renewed)).contains(Secret.of("refresh-2"));
        assertThat(bench.tokenRequest())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("refresh_token", "refresh-1")
                .doesNotContainKey("scope");
        assertThat(bench.login().renew(renewed.identity(), renewed.grant())).isInstanceOf(Renewal.Renewed.class);
        assertThat(bench.tokenRequest()).containsEntry("refresh_token", "refresh-2");
    }

    @Test
    void keepsARefreshTokenThatIsNotRotated() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.grants(bench.bearer().token(), "");
        assertThat(refreshToken(renew(login))).contains(Secret.of("refresh-1"));
    }

    @Test
    void goesOnWithoutANewIdToken() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.answerTokens("", "refresh-2");
        Renewal renewal = renew(login);
        assertThat(((Renewal.Renewed) renewal).identity()).isEqualTo(login.identity());
        assertThat(refreshToken(renewal)).contains(Secret.of("refresh-2"));
    }

    @Test
    void endsWhenTheIssuerSaysSo() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.tokenAnswer(400, "{\"error\":\"invalid_grant\"}");
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the issuer does not take the code or the refresh token any more"));
    }

    @Test
    void tellsAnOutageFromAnEnd() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.tokenAnswer(503, "{}");
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
        bench.tokenAnswer(401, "{\"error\":\"invalid_client\"}");
        assertThat(renew(login)).isEqualTo(Renewal.unavailable("the issuer's token endpoint says invalid_client"));
        bench.provider().close();
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
    }

    @Test
    void endsWithSomebodyElsesToken() {
        LoginStep.LoggedIn login = login("refresh-1");
        bench.grants(bench.bearer().token().claim("sub", "\"bob\""), "refresh-2");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the refresh gave the token of somebody else (sub)"));
        bench.answerTokens(bench.bearer().token().signedBy(TestToken.OTHER_RSA), "refresh-2");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the signature is wrong"));
    }

    /** The old one may be spent: losing the new one would end the session at the next renewal. */
    @Test
    void losesNoRefreshTokenInAnOutage() {
        bench.with(OidcSettings.GROUPS_FROM, "userinfo");
        bench.provider().serve("/userinfo", "{\"sub\":\"alice\"}");
        LoginStep.LoggedIn login = login("refresh-1");
        bench.grants(bench.bearer().token(), "refresh-2");
        bench.provider().serve("/userinfo", exchange -> FakeProvider.send(exchange, 500, "{}"));
        Renewal.Unavailable later = (Renewal.Unavailable) renew(login);
        assertThat(later.grant().flatMap(Grant::of).flatMap(Grant::refreshToken))
                .contains(Secret.of("refresh-2"));
        bench.provider().serve("/userinfo", "{\"sub\":\"alice\",\"sub\":\"alice\"}");
        assertThat(renew(login)).as("no outage").isInstanceOf(Renewal.Ended.class);
    }

    @Test
    void lastsForAWhileWithoutARefreshToken() {
        LoginStep.LoggedIn login = login("");
        bench.clock().advance(Duration.ofMinutes(59));
        assertThat(renew(login)).isEqualTo(Renewal.renewed(login.identity(), login.grant()));
        bench.clock().advance(Duration.ofMinutes(1));
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the issuer gives no refresh token, and session-without-refresh has passed"));
    }

    @Test
    void endsWithoutAGrant() {
        Renewal ended = Renewal.ended("the session has nothing to be renewed with");
        Identity alice = Identity.of("alice", "oidc");
        assertThat(bench.login().renew(alice, Optional.empty())).isEqualTo(ended);
        assertThat(bench.login().renew(alice, Optional.of(Secret.of("nonsense"))))
                .isEqualTo(ended);
        assertThat(bench.login().renew(alice, Optional.of(Secret.of("{}")))).isEqualTo(ended);
    }
}
