package io.gatehouse.plugin.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Secret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalTokenTest extends GitHubTesting {

    private static final String FINE_GRAINED = "github_pat_11ABCDEFG0abcdefghijklmn_0123456789";
    private static final String USER = FakeGitHub.API + "/user";

    private static final AuthenticationResult OCTOCAT = AuthenticationResult.authenticated(
            Identity.of("Octocat", "github").withUid("583231").withGroups(List.of("acme")));

    private GitHubAuthenticator taking(String kinds) {
        github.tokens.addAll(List.of(CLASSIC, FINE_GRAINED));
        return create(GitHubSettings.PERSONAL_ACCESS_TOKENS, kinds);
    }

    private static String unknown(int number) {
        return CLASSIC.substring(0, 36) + String.format("%04d", number);
    }

    private long asked() {
        return github.asked.stream().filter(line -> line.equals("GET " + USER)).count();
    }

    @Test
    void areNotTakenUnlessItIsAllowed() {
        assertThat(bring(taking("none"), CLASSIC)).isEqualTo(AuthenticationResult.notMine());
        assertThat(create().challenge()).isEmpty();
        assertThat(taking("classic").challenge()).contains("Bearer");
        assertThat(github.asked).isEmpty();
    }

    @Test
    void showWhoItIs() {
        assertThat(bring(taking("classic"), CLASSIC)).isEqualTo(OCTOCAT);
        assertThat(bring(taking("all"), FINE_GRAINED)).isEqualTo(OCTOCAT);
        assertThat(bring(taking("classic"), FINE_GRAINED)).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "ghp", "eyJhbGciOiJub25lIn0.e30.", "gatehouse_ghp_x", "GHP_0123456789abcdefghijkl"})
    void othersAreNotMine(String token) {
        assertThat(bring(taking("all"), token)).isEqualTo(AuthenticationResult.notMine());
        assertThat(taking("all").authenticate(new Credential.Basic("octocat", Secret.of(CLASSIC)), null))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gho_ofthelogin",
                "ghu_a",
                "ghs_a",
                "ghr_a",
                "ghp_",
                "ghp_short",
                "ghp_0123456789abcdefghijkl/../x"
            })
    void thoseOfApplicationsAndPiecesAreRefused(String token) {
        assertThat(bring(taking("all"), token)).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(github.asked).isEmpty();
    }

    @Test
    void needTheScope() {
        github.scopes = "repo";
        assertThat(bring(taking("classic"), CLASSIC))
                .isEqualTo(AuthenticationResult.rejected(
                        "the token does not have the scope read:org (X-OAuth-Scopes: repo)"));
    }

    @Test
    void needThePermission() {
        github.instead.put(
                FakeGitHub.MEMBERSHIPS,
                FakeGitHub.answer(403, "{\"message\": \"Resource not accessible by personal access token\"}"));
        assertThat(bring(taking("all"), FINE_GRAINED))
                .isEqualTo(AuthenticationResult.rejected(
                        "GitHub says: Resource not accessible by personal access token (403)"));
    }

    @Test
    void areRememberedForAWhile() {
        GitHubAuthenticator authenticator = taking("classic");
        bring(authenticator, CLASSIC);
        github.tokens.clear();
        clock.advance(Duration.ofSeconds(59));
        assertThat(bring(authenticator, CLASSIC)).isEqualTo(OCTOCAT);
        assertThat(asked()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        assertThat(bring(authenticator, CLASSIC)).isInstanceOf(AuthenticationResult.Rejected.class);
        github.tokens.add(CLASSIC);
        clock.advance(Duration.ofSeconds(9));
        assertThat(bring(authenticator, CLASSIC)).isInstanceOf(AuthenticationResult.Rejected.class);
        clock.advance(Duration.ofSeconds(2));
        assertThat(bring(authenticator, CLASSIC)).isEqualTo(OCTOCAT);
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void troubleIsNotRemembered() {
        GitHubAuthenticator authenticator = taking("classic");
        github.instead.put(FakeGitHub.TEAMS, FakeGitHub.answer(500, ""));
        assertThat(bring(authenticator, CLASSIC)).isInstanceOf(AuthenticationResult.Unavailable.class);
        github.instead.clear();
        assertThat(bring(authenticator, CLASSIC)).isEqualTo(OCTOCAT);
    }

    @Test
    void nothingIsRememberedForNoTime() {
        github.tokens.add(CLASSIC);
        GitHubAuthenticator authenticator = create(settings()
                .with(GitHubSettings.PERSONAL_ACCESS_TOKENS, "classic")
                .with(GitHubSettings.CACHE, Duration.ZERO)
                .with(GitHubSettings.CACHE_REFUSED, Duration.ZERO));
        bring(authenticator, CLASSIC);
        bring(authenticator, CLASSIC);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void equalOnesAreAskedForOnce() throws Exception {
        GitHubAuthenticator authenticator = taking("classic");
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        github.instead.put(USER, exchange -> {
            arrived.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseHeaders().set("X-OAuth-Scopes", "read:org");
            FakeGitHub.answer(exchange, 200, "application/json", github.user);
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Future<AuthenticationResult> first = threads.submit(() -> bring(authenticator, CLASSIC));
            arrived.await();
            Callable<AuthenticationResult> same = () -> bring(authenticator, CLASSIC);
            List<Future<AuthenticationResult>> others =
                    Stream.generate(() -> threads.submit(same)).limit(7).toList();
            go.countDown();
            assertThat(first.get()).isEqualTo(OCTOCAT);
            for (Future<AuthenticationResult> other : others) {
                assertThat(other.get()).isEqualTo(OCTOCAT);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void anAddressCanNotTryForEver() {
        GitHubAuthenticator authenticator = taking("classic");
        for (int i = 0; i < UnknownTokens.MOST_A_MINUTE; i++) {
            assertThat(bring(authenticator, unknown(i))).isInstanceOf(AuthenticationResult.Rejected.class);
        }
        assertThat(bring(authenticator, unknown(99)))
                .isEqualTo(AuthenticationResult.unavailable(
                        "too many tokens that do not hold from 127.0.0.1; this one was not looked at"));
        assertThat(asked()).isEqualTo(UnknownTokens.MOST_A_MINUTE);
        clock.advance(Duration.ofSeconds(61));
        assertThat(bring(authenticator, CLASSIC)).isEqualTo(OCTOCAT);
    }

    @ParameterizedTest
    @CsvSource({"1", "30"})
    void tokensThatHoldAreNotCounted(int times) {
        GitHubAuthenticator authenticator = create(settings()
                .with(GitHubSettings.PERSONAL_ACCESS_TOKENS, "classic")
                .with(GitHubSettings.CACHE, Duration.ZERO));
        github.tokens.add(CLASSIC);
        for (int i = 0; i < times; i++) {
            assertThat(bring(authenticator, CLASSIC)).isEqualTo(OCTOCAT);
        }
    }
}
