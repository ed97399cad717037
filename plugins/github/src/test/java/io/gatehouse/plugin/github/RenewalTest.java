package io.gatehouse.plugin.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTest extends GitHubTesting {

    private GitHubAuthenticator authenticator;
    private LoginStep.LoggedIn before;

    @BeforeEach
    void login() {
        authenticator = create();
        before = (LoginStep.LoggedIn) login(authenticator);
    }

    private Renewal renew() {
        return authenticator.renew(before.identity(), before.grant());
    }

    @Test
    void looksAgain() {
        github.team(42, "admins", ACME);
        Renewal.Renewed renewed = (Renewal.Renewed) renew();
        assertThat(renewed.identity().groups()).containsExactly("acme", "acme:admins");
        assertThat(renewed.grant()).isEqualTo(before.grant());
    }

    @Test
    void endsWithTheToken() {
        github.tokens.clear();
        assertThat(renew()).isEqualTo(Renewal.ended("GitHub does not take the token (401)"));
        assertThat(authenticator.renew(before.identity(), Optional.empty())).isInstanceOf(Renewal.Ended.class);
    }

    @Test
    void endsWithTheMembership() {
        github.memberships.clear();
        assertThat(renew()).isInstanceOf(Renewal.Ended.class);
    }

    @Test
    void endsWhereTheAccountIsAnother() {
        Identity other = before.identity().withUid("1");
        assertThat(authenticator.renew(other, before.grant()))
                .isEqualTo(Renewal.ended("the token is another account's"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "500 ! {}                                                            ! X-A               ! false",
                "503 ! <html>                                                        ! X-A               ! false",
                "404 ! {\"message\": \"Not Found\"}                                  ! X-A               ! false",
                "429 ! {}                                                            ! Retry-After       ! false",
                "403 ! {\"message\": \"API rate limit exceeded\"}                    ! X-RateLimit-Reset ! false",
                "403 ! {\"message\": \"Maximum number of login attempts exceeded\"}  ! X-A               ! false",
                "403 ! {\"message\": \"Sorry. Your account was suspended.\"}         ! X-A               ! true",
                "403 ! {\"message\": \"Resource protected by organization SAML\"}    ! X-GitHub-SSO      ! true"
            })
    void tellsAnEndFromTrouble(int status, String body, String header, boolean ended) {
        github.instead.put(FakeGitHub.MEMBERSHIPS, exchange -> {
            exchange.getResponseHeaders().set(header, "60");
            FakeGitHub.answer(exchange, status, "application/json", body);
        });
        Renewal renewal = renew();
        assertThat(renewal instanceof Renewal.Ended).as("%s", renewal).isEqualTo(ended);
        assertThat(renewal instanceof Renewal.Renewed).isFalse();
    }

    @Test
    void canNotBeToldWithoutGitHub() {
        github.close();
        assertThat(renew()).isInstanceOf(Renewal.Unavailable.class);
    }
}
