package io.gatehouse.plugin.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.LoginStep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest extends GitHubTesting {

    private static final String EVIL = FakeGitHub.organization(666, "evil");
    private static final String LAST_PAGE = FakeGitHub.TEAMS + "?page=3";
    private static final LoginStep NOT_A_MEMBER = LoginStep.refused(
            "not an active member of an allowed organisation, or the application is not approved there");

    private List<String> groups(GitHubAuthenticator authenticator) {
        return identity(login(authenticator)).groups();
    }

    private void seventyFiveTeams() {
        LongStream.rangeClosed(1, 75).forEach(id -> github.team(id, "team-" + id, ACME));
    }

    @Test
    void readsAllPages() {
        seventyFiveTeams();
        assertThat(groups(create()))
                .hasSize(76)
                .startsWith("acme", "acme:team-1")
                .endsWith("acme:team-75");
        assertThat(github.count(FakeGitHub.TEAMS)).isEqualTo(3);
        LongStream.rangeClosed(1, 75).forEach(id -> github.member(id, "org-" + id, "active"));
        assertThat(groups(create(GitHubSettings.ORGANIZATIONS, List.of("org-75"))))
                .containsExactly("org-75");
    }

    @Test
    void namesGroupsInEachForm() {
        github.team(42, "admins", ACME);
        assertThat(groups(create(GitHubSettings.GROUPS, "ids"))).containsExactly("github:org:9919", "github:9919:42");
        assertThat(groups(create(GitHubSettings.GROUPS, "both")))
                .containsExactly("acme", "github:org:9919", "acme:admins", "github:9919:42");
        assertThat(groups(create(GitHubSettings.GROUPS, "none"))).isEmpty();
    }

    @Test
    void keepsTheNumberOfATeamThatIsRenamed() {
        github.team(42, "renamed", ACME);
        assertThat(groups(create(GitHubSettings.GROUPS, "both"))).contains("acme:renamed", "github:9919:42");
    }

    @Test
    void keepsTeamsOfOtherOrganizationsApart() {
        github.member(666, "evil", "active")
                .team(43, "admins", EVIL)
                .team(44, "9919", "{\"id\":666,\"login\":\"evil\"}");
        assertThat(groups(create())).as("only of those that are allowed").containsExactly("acme");
        assertThat(groups(create(settings()
                        .with(GitHubSettings.ORGANIZATIONS, List.of())
                        .with(GitHubSettings.ANY_ACCOUNT, true))))
                .containsExactly("acme", "evil", "evil:admins", "evil:9919");
    }

    @Test
    void noSlugLooksLikeANumberedGroup() {
        String github9 = FakeGitHub.organization(9, "github");
        github.member(9, "github", "active").team(44, "9919", github9).team(45, "org", github9);
        assertThat(groups(create(settings()
                        .with(GitHubSettings.GROUPS, "both")
                        .with(GitHubSettings.ORGANIZATIONS, List.of("github")))))
                .containsExactly("github", "github:org:9", "github:9919", "github:9:44", "github:org", "github:9:45");
    }

    @Test
    void doesNotCountWhatWasOnlyOffered() {
        github.memberships.clear();
        github.member(9919, "acme", "pending").team(42, "admins", ACME);
        assertThat(login(create())).isEqualTo(NOT_A_MEMBER);
        github.member(7, "zoo", "active");
        assertThat(groups(create(settings()
                        .with(GitHubSettings.ORGANIZATIONS, List.of())
                        .with(GitHubSettings.ANY_ACCOUNT, true))))
                .containsExactly("zoo");
    }

    @Test
    void knowsAnOrganizationByNumberWhateverItIsCalled() {
        assertThat(groups(create(GitHubSettings.ORGANIZATIONS, List.of("id:9919"))))
                .containsExactly("acme");
        assertThat(groups(create(GitHubSettings.ORGANIZATIONS, List.of("other", "ACME"))))
                .containsExactly("acme");
        assertThat(login(create(GitHubSettings.ORGANIZATIONS, List.of("id:991", "9919"))))
                .isEqualTo(NOT_A_MEMBER);
    }

    @Test
    void isInTheTeamsAboveToo() {
        String root = "{\"id\": 50, \"slug\": \"root\"}";
        github.teams.add(FakeGitHub.team(52, "leaf", ACME, "{\"id\": 51, \"slug\": \"middle\"}"));
        github.teams.add(FakeGitHub.team(53, "leaf-2", ACME, "{\"id\": 51, \"slug\": \"middle\"}"));
        github.otherObjects.put("/api/v3/organizations/9919/team/51", FakeGitHub.team(51, "middle", ACME, root));
        github.otherObjects.put("/api/v3/organizations/9919/team/50", FakeGitHub.team(50, "root", ACME, "null"));
        assertThat(groups(create()))
                .containsExactlyInAnyOrder("acme", "acme:leaf", "acme:leaf-2", "acme:middle", "acme:root");
        assertThat(github.count("/api/v3/organizations/")).isEqualTo(2);
        github.otherObjects.remove("/api/v3/organizations/9919/team/50");
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void aLoopOfTeamsEnds() {
        String first = "{\"id\": 51, \"slug\": \"first\"}";
        github.teams.add(FakeGitHub.team(52, "second", ACME, first));
        github.otherObjects.put(
                "/api/v3/organizations/9919/team/51",
                FakeGitHub.team(51, "first", ACME, "{\"id\": 52, \"slug\": \"second\"}"));
        assertThat(groups(create())).containsExactly("acme", "acme:second", "acme:first");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "500 ! {\"message\": \"Server Error\"}",
                "502 ! <html>",
                "200 ! {\"message\": \"Server Error\"}",
                "200 ! [{\"id\": 1, \"slug\": \"a\", \"organiz",
                "200 ! [{\"id\": 1, \"slug\": \"a\"}]",
                "200 ! [null]",
                "200 ! ''",
                "204 ! ''",
                "302 ! ''",
                "404 ! {\"message\": \"Not Found\"}",
                "429 ! {\"message\": \"rate limit\"}"
            })
    void hasAllPagesOrNone(int status, String body) {
        seventyFiveTeams();
        github.instead.put(LAST_PAGE, FakeGitHub.answer(status, body));
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void anAnswerThatBreaksOffIsNone() {
        seventyFiveTeams();
        github.instead.put(LAST_PAGE, exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write("[]".getBytes());
            exchange.getResponseBody().flush();
            throw new IOException("broken");
        });
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
    }

    @Test
    void aHugeAnswerIsNone() {
        github.instead.put(FakeGitHub.TEAMS, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(1 << 16).getBytes();
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(blanks);
            }
            exchange.close();
        });
        assertThat(login(create()))
                .isInstanceOfSatisfying(
                        LoginStep.Unavailable.class,
                        step -> assertThat(step.reason())
                                .contains("/user/teams can not be asked: ")
                                .contains("too large"));
    }

    @Test
    void aSlowAnswerIsNone() {
        CountDownLatch end = new CountDownLatch(1);
        github.instead.put(FakeGitHub.TEAMS, exchange -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(login(create(GitHubSettings.TIMEOUT, Duration.ofMillis(500))))
                .isEqualTo(LoginStep.unavailable(github.url() + "/api/v3/user/teams did not answer in time"));
        end.countDown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example.com/api/v3/user/teams?page=2",
                "http://127.0.0.1:1/api/v3/user/teams?page=2",
                "/api/v3/user/teams?page=2",
                "not an address"
            })
    void theTokenGoesNowhereElse(String next) {
        github.instead.put(FakeGitHub.TEAMS, exchange -> {
            exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
            FakeGitHub.answer(exchange, 200, "application/json", "[]");
        });
        assertThat(login(create()))
                .isInstanceOfSatisfying(
                        LoginStep.Unavailable.class,
                        step -> assertThat(step.reason()).contains("next page"));
    }

    @Test
    void aListWithoutAnEndIsNone() {
        github.instead.put(FakeGitHub.TEAMS, exchange -> {
            exchange.getResponseHeaders().set("Link", "<" + github.url() + FakeGitHub.TEAMS + ">; rel=\"next\"");
            FakeGitHub.answer(exchange, 200, "application/json", "[]");
        });
        assertThat(login(create())).isInstanceOf(LoginStep.Unavailable.class);
        assertThat(github.count(FakeGitHub.TEAMS)).isEqualTo(GitHubApi.MOST_PAGES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "acme         ! partial-results; organizations=21955855,20582480 ! true",
                "acme,zoo     ! partial-results; organizations=21955855          ! false",
                "acme,id:7    ! partial-results; organizations=21955855          ! true",
                "acme,id:7    ! partial-results; organizations=21955855,7        ! false",
                "acme,id:7    ! required; url=https://github.com/orgs/x/sso      ! false"
            })
    void refusesWhatIsPartlyHiddenBySingleSignOn(String organizations, String note, boolean taken) {
        github.instead.put(FakeGitHub.TEAMS, exchange -> {
            exchange.getResponseHeaders().set("X-GitHub-SSO", note);
            FakeGitHub.answer(exchange, 200, "application/json", "[]");
        });
        LoginStep step = login(create(GitHubSettings.ORGANIZATIONS, List.of(organizations.split(","))));
        assertThat(step instanceof LoginStep.LoggedIn).as("%s", step).isEqualTo(taken);
    }

    @Test
    void refusesMoreGroupsThanItCanBear() {
        seventyFiveTeams();
        assertThat(login(create(GitHubSettings.MAX_GROUPS, 75)))
                .isEqualTo(LoginStep.refused("more than 75 groups (max-groups)"));
        assertThat(login(create(GitHubSettings.MAX_GROUPS, 76))).isInstanceOf(LoginStep.LoggedIn.class);
    }

    @Test
    void refusesNamesOfTheCluster() {
        github.member(5, "system", "active").team(6, "masters", FakeGitHub.organization(5, "system"));
        var any = settings().with(GitHubSettings.ORGANIZATIONS, List.of("system"));
        assertThat(login(create(any)))
                .isEqualTo(
                        LoginStep.refused("\"system:masters\" begins with system:, which is a cluster's own; list it in"
                                + " allow-system to take it"));
        assertThat(login(create(any.with(GitHubSettings.USER_PREFIX, "system:"))))
                .isInstanceOf(LoginStep.Refused.class);
        assertThat(groups(create(any.with(GitHubSettings.USER_PREFIX, "")
                        .with(GitHubSettings.ALLOW_SYSTEM, List.of("system:masters")))))
                .containsExactly("system", "system:masters");
    }
}
