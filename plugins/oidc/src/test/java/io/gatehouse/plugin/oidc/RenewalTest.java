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

    private LoginFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new LoginFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private LoginStep.LoggedIn login(String refreshToken) {
        LoginStep.Redirect begun = fixture.begin("attempt");
        fixture.grants(fixture.idToken(begun).claim("groups", "[\"dev\"]"), refreshToken);
        return (LoginStep.LoggedIn) fixture.callback(begun, Map.of("code", "c"));
    }

    private Renewal renew(LoginStep.LoggedIn login) {
        return fixture.login().renew(login.identity(), login.grant());
    }

    private static Optional<Secret> refreshToken(Renewal renewal) {
        return ((Renewal.Renewed) renewal).grant().flatMap(Grant::of).flatMap(Grant::refreshToken);
    }

    @Test
    void takesWhatTheIssuerSaysNow() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.grants(fixture.bearer().token().claim("groups", "[\"ops\"]"), "refresh-2");
        Renewal.Renewed renewed = (Renewal.Renewed) renew(login);
        assertThat(renewed.identity())
                .extracting(Identity::user, Identity::groups, Identity::expires)
                .containsExactly("alice", List.of("ops"), Optional.empty());
        assertThat(refreshToken(renewed)).contains(Secret.of("refresh-2"));
        assertThat(fixture.tokenRequest())
                .containsEntry("grant_type", "refresh_token")
                .containsEntry("refresh_token", "refresh-1")
                .doesNotContainKey("scope");
        assertThat(fixture.login().renew(renewed.identity(), renewed.grant())).isInstanceOf(Renewal.Renewed.class);
        assertThat(fixture.tokenRequest()).containsEntry("refresh_token", "refresh-2");
    }

    @Test
    void keepsARefreshTokenThatIsNotRotated() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.grants(fixture.bearer().token(), "");
        assertThat(refreshToken(renew(login))).contains(Secret.of("refresh-1"));
    }

    @Test
    void goesOnWithoutANewIdToken() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.answerTokens("", "refresh-2");
        Renewal renewal = renew(login);
        assertThat(((Renewal.Unchanged) renewal).grant().flatMap(Grant::of).flatMap(Grant::refreshToken))
                .contains(Secret.of("refresh-2"));
    }

    @Test
    void endsWhenTheIssuerSaysSo() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.tokenAnswer(400, "{\"error\":\"invalid_grant\"}");
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the issuer does not take the code or the refresh token any more"));
    }

    @Test
    void tellsAnOutageFromAnEnd() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.tokenAnswer(503, "{}");
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
        fixture.tokenAnswer(401, "{\"error\":\"invalid_client\"}");
        assertThat(renew(login)).isEqualTo(Renewal.unavailable("the issuer's token endpoint says invalid_client"));
        fixture.provider().close();
        assertThat(renew(login)).isInstanceOf(Renewal.Unavailable.class);
    }

    @Test
    void endsWithSomebodyElsesToken() {
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.grants(fixture.bearer().token().claim("sub", "\"bob\""), "refresh-2");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the refresh gave the token of somebody else (sub)"));
        fixture.answerTokens(fixture.bearer().token().signedBy(TestToken.OTHER_RSA), "refresh-2");
        assertThat(renew(login)).isEqualTo(Renewal.ended("the signature is wrong"));
    }

    /** The old one may be spent: losing the new one would end the session at the next renewal. */
    @Test
    void losesNoRefreshTokenInAnOutage() {
        fixture.with(OidcSettings.GROUPS_FROM, "userinfo");
        fixture.provider().serve("/userinfo", "{\"sub\":\"alice\"}");
        LoginStep.LoggedIn login = login("refresh-1");
        fixture.grants(fixture.bearer().token(), "refresh-2");
        fixture.provider().serve("/userinfo", exchange -> FakeProvider.send(exchange, 500, "{}"));
        Renewal.Unavailable later = (Renewal.Unavailable) renew(login);
        assertThat(later.grant().flatMap(Grant::of).flatMap(Grant::refreshToken))
                .contains(Secret.of("refresh-2"));
        fixture.provider().serve("/userinfo", "{\"sub\":\"alice\",\"sub\":\"alice\"}");
        assertThat(renew(login)).as("no outage").isInstanceOf(Renewal.Ended.class);
    }

    @Test
    void lastsForAWhileWithoutARefreshToken() {
        LoginStep.LoggedIn login = login("");
        fixture.clock().advance(Duration.ofMinutes(59));
        assertThat(renew(login)).isEqualTo(Renewal.unchanged(login.grant()));
        fixture.clock().advance(Duration.ofMinutes(1));
        assertThat(renew(login))
                .isEqualTo(Renewal.ended("the issuer gives no refresh token, and session-without-refresh has passed"));
    }

    @Test
    void endsWithoutAGrant() {
        Renewal ended = Renewal.ended("the session has nothing to be renewed with");
        Identity alice = Identity.of("alice", "oidc");
        assertThat(fixture.login().renew(alice, Optional.empty())).isEqualTo(ended);
        assertThat(fixture.login().renew(alice, Optional.of(Secret.of("nonsense"))))
                .isEqualTo(ended);
        assertThat(fixture.login().renew(alice, Optional.of(Secret.of("{}")))).isEqualTo(ended);
    }
}
