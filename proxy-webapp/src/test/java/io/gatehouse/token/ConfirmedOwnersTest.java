package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.LoginParts;
import io.gatehouse.login.LoginRules;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfirmedOwnersTest {

    private static final Identity ALICE = Identity.of("alice", "fake").withGroups(List.of("staff"));
    private static final Duration CONFIRM = Duration.ofDays(30);
    private static final Duration RENEW = Duration.ofMinutes(10);

    private final LoginParts parts = new LoginParts();
    private ApiTokens tokens = new ApiTokens(parts.rules, parts.state, parts.endings, parts.clock);

    /** Asks no provider but by sessions. */
    private final ConfirmedOwners owners = new ConfirmedOwners(parts.rules, tokens, parts.clock);

    private ConfirmedOwners telling(LoginParts parts) {
        parts.login.tells(true);
        tokens = new ApiTokens(parts.rules, parts.state, parts.endings, parts.clock);
        return new ConfirmedOwners(parts.rules, tokens, parts.clock);
    }

    private ApiToken issue() {
        return issue(new Owner("corp", ALICE, parts.clock.instant()));
    }

    private ApiToken issue(Owner owner) {
        return tokens.issue(owner, "robot", Duration.ofDays(90), Set.of(), Set.of())
                .token();
    }

    private static String reason(ConfirmedOwners by, ApiToken token) {
        return by.refusal(token)
                .map(result -> result instanceof AuthenticationResult.Rejected rejected
                        ? rejected.reason()
                        : "unavailable: " + ((AuthenticationResult.Unavailable) result).reason())
                .orElse("");
    }

    @Test
    void aTokenCountsForAWhileAfterItsOwnerWasConfirmed() {
        Instant made = parts.clock.instant();
        ApiToken token = issue();
        assertThat(tokens.standing(token).until()).isEqualTo(made.plus(CONFIRM));
        parts.pass(CONFIRM.minusMillis(1));
        assertThat(reason(owners, token)).isEmpty();
        parts.pass(Duration.ofMillis(1));
        assertThat(reason(owners, token))
                .isEqualTo("API token " + token.id() + " does not count: its owner was last confirmed by corp at "
                        + made + "; a login would confirm them");
        assertThat(parts.login.renewals()).isZero();
    }

    @Test
    void aLoginOrARenewalLetsItCountOnOnEveryReplica() {
        LoginParts other = parts.replica();
        ConfirmedOwners there = new ConfirmedOwners(other.rules, tokens, other.clock);
        ApiToken token = issue();
        parts.pass(Duration.ofDays(20), other);
        tokens.follow("corp", ALICE);
        assertThat(tokens.standing(token).until())
                .isEqualTo(parts.clock.instant().plus(CONFIRM));
        parts.pass(Duration.ofDays(20), other);
        assertThat(reason(owners, token)).isEmpty();
        assertThat(reason(there, token)).isEmpty();
        parts.pass(Duration.ofDays(10), other);
        assertThat(reason(owners, token)).contains("a login would confirm them");
        assertThat(reason(there, token)).contains("a login would confirm them");
        tokens.follow("corp", ALICE);
        parts.pass(Duration.ofSeconds(10), other);
        assertThat(reason(owners, token)).isEmpty();
        assertThat(reason(there, token)).isEmpty();
    }

    @Test
    void nobodyElseConfirmsAnOwner() {
        ApiToken token = issue();
        parts.pass(CONFIRM.minusSeconds(1));
        tokens.follow("elsewhere", ALICE);
        tokens.follow("corp", Identity.of("bob", "fake"));
        tokens.follow("corp", ALICE.withUid("the next alice"));
        parts.pass(Duration.ofSeconds(1));
        assertThat(reason(owners, token)).contains("a login would confirm them");
    }

    /** The provider may have removed them since. */
    @Test
    void aTokenThatASessionMakesCountsFromItsLastRenewal() {
        ApiToken token = issue(new Owner("corp", ALICE, parts.clock.instant().minus(Duration.ofDays(2))));
        parts.pass(Duration.ofDays(28));
        assertThat(reason(owners, token)).contains("a login would confirm them");
    }

    @Test
    void aTokenOfAnEarlierReleaseCountsFromWhenItWasMade() {
        ApiToken token = issue();
        parts.state.remove("confirmed", Owner.id("corp", ALICE));
        parts.pass(CONFIRM.minusSeconds(1));
        assertThat(reason(owners, token)).isEmpty();
        parts.pass(Duration.ofSeconds(10));
        assertThat(reason(owners, token)).contains("a login would confirm them");
    }

    @Test
    void manySessionsOfAPersonDoNotWriteAtEachRenewal() {
        issue();
        String id = Owner.id("corp", ALICE);
        for (int i = 0; i < 9; i++) {
            parts.pass(Duration.ofMinutes(1));
            tokens.follow("corp", ALICE);
        }
        assertThat(parts.state.read("confirmed", id).orElseThrow().version()).isEqualTo(1);
        parts.pass(Duration.ofMinutes(1));
        tokens.follow("corp", ALICE);
        assertThat(parts.state.read("confirmed", id).orElseThrow().version()).isEqualTo(2);
    }

    /** Its configuration was loaded while all calls of the plugin hung. */
    @Test
    void aPluginThatTakesNoCallIsStillOneToAsk() {
        PluginCall full = PluginCall.bounded("corp", getClass().getClassLoader(), Duration.ofSeconds(1));
        full.close();
        parts.login.tells(true);
        LoginRules rules = parts.rulesBy(full);
        ApiTokens theirs = new ApiTokens(rules, parts.state, parts.endings, parts.clock);
        ApiToken token = issue();
        parts.pass(CONFIRM);
        assertThat(reason(new ConfirmedOwners(rules, theirs, parts.clock), token))
                .endsWith("which does not answer");
    }

    @Test
    void whoIsInTheDirectoryIsAskedAboutAsOftenAsForASession() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.login.says(Renewal.renewed(ALICE.withGroups(List.of("night")), Optional.empty()));
        parts.pass(RENEW.minusMillis(1));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(parts.login.renewals()).isZero();
        for (int i = 1; i <= 5_000; i++) { // more than a month
            parts.pass(RENEW);
            assertThat(reason(asking, token)).isEmpty();
            assertThat(reason(asking, token)).isEmpty();
            assertThat(parts.login.renewals()).isEqualTo(i);
        }
        assertThat(tokens.of("alice"))
                .singleElement()
                .satisfies(known -> assertThat(known.identity().groups()).containsExactly("night"));
    }

    @Test
    void oneRequestAsksWhileTheOthersGoOn() {
        ConfirmedOwners asking = telling(parts);
        ConfirmedOwners there = telling(parts.replica());
        ApiToken token = issue();
        parts.pass(RENEW);
        parts.login.says(Renewal.ended("the account is disabled"));
        parts.login.during(() -> {
            assertThat(reason(asking, token)).isEmpty();
            assertThat(reason(there, token)).isEmpty();
        });
        assertThat(reason(asking, token)).isNotEmpty();
        assertThat(parts.login.renewals()).isEqualTo(1);
    }

    @Test
    void whoIsGoneHasNoTokenAtOnceAndOnNoReplica() {
        LoginParts other = parts.replica();
        ConfirmedOwners there = telling(other);
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        assertThat(reason(there, token)).isEmpty();
        parts.pass(RENEW, other);
        parts.login.says(Renewal.ended("the account is disabled"));
        assertThat(reason(asking, token))
                .isEqualTo("API token " + token.id()
                        + " does not count: its owner may not log in: the account is disabled");
        assertThat(parts.endings.look(parts.state))
                .as("streams are judged again")
                .isTrue();
        assertThat(other.endings.look(other.state)).isTrue();
        assertThat(reason(there, token)).contains("the account is disabled");
        assertThat(other.login.renewals()).isZero();
        assertThat(tokens.standing(token).refused()).contains("the account is disabled");
    }

    @Test
    void anAnswerThatCanNotBeNotedIsAskedForAgain() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.pass(RENEW);
        parts.login.says(Renewal.ended("the account is disabled"));
        parts.store.refuse("ended");
        assertThat(reason(asking, token)).isEmpty();
        parts.store.refuse("");
        parts.pass(Duration.ofMinutes(1));
        assertThat(reason(asking, token)).contains("the account is disabled");
    }

    @Test
    void whoIsBackHasTheirTokensBack() {
        LoginParts other = parts.replica();
        ConfirmedOwners there = telling(other);
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.pass(RENEW, other);
        parts.login.says(Renewal.ended("the account is locked"));
        assertThat(reason(asking, token)).contains("the account is locked");
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(RENEW.minusMillis(1), other);
        assertThat(reason(asking, token)).as("nobody is asked yet").contains("the account is locked");
        parts.pass(Duration.ofMillis(1), other);
        assertThat(reason(asking, token)).isEmpty();
        other.endings.look(other.state);
        assertThat(reason(there, token)).isEmpty();
    }

    /** Their cookie is believed for as long as their session is not due. */
    @Test
    void aSessionFromBeforeBringsNobodyBack() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.pass(RENEW);
        Owner before = new Owner("corp", ALICE, parts.clock.instant().minusMillis(1));
        parts.login.says(Renewal.ended("the account is disabled"));
        assertThat(reason(asking, token)).contains("the account is disabled");
        ApiToken another = issue(before);
        assertThat(reason(asking, token)).contains("the account is disabled");
        assertThat(reason(asking, another)).contains("the account is disabled");
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        tokens.follow("corp", ALICE); // a login
        parts.pass(Duration.ofSeconds(10));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(reason(asking, another)).isEmpty();
    }

    /** A directory's plugin remembers passwords, of those too whom it has disabled since. */
    @Test
    void aRememberedPasswordBringsNobodyBack() {
        LoginParts other = parts.replica();
        ConfirmedOwners there = telling(other);
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        assertThat(reason(there, token)).isEmpty();
        parts.pass(RENEW, other);
        parts.login.says(Renewal.ended("the account is disabled"));
        other.login.says(Renewal.ended("the account is disabled"));
        assertThat(reason(asking, token)).contains("the account is disabled");
        parts.pass(Duration.ofSeconds(20), other);
        tokens.confirm(new Owner("corp", ALICE, parts.clock.instant()));
        tokens.follow("corp", ALICE);
        assertThat(tokens.standing(token).refused()).contains("the account is disabled");
        assertThat(parts.login.renewals()).isEqualTo(1);
        assertThat(reason(there, token)).contains("the account is disabled");
        assertThat(other.login.renewals()).as("asked at the next use").isEqualTo(1);
        other.login.says(Renewal.renewed(ALICE, Optional.empty()));
        tokens.follow("corp", ALICE);
        parts.pass(Duration.ofSeconds(10), other);
        assertThat(reason(there, token)).isEmpty();
        parts.pass(Duration.ofSeconds(10), other);
        assertThat(reason(asking, token)).isEmpty();
    }

    @Test
    void anotherPersonOfTheNameHasNoneOfTheTokens() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.pass(RENEW);
        parts.login.says(Renewal.renewed(ALICE.withUid("the next alice"), Optional.empty()));
        assertThat(reason(asking, token)).contains("another user has the name");
    }

    @Test
    void anOutageEndsNothingBeforeTheBound() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.login.says(Renewal.unavailable("the directory hangs"));
        parts.pass(RENEW);
        assertThat(reason(asking, token)).isEmpty();
        parts.pass(Duration.ofSeconds(59));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(parts.login.renewals()).as("asked again a minute later").isEqualTo(1);
        parts.pass(Duration.ofSeconds(1));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(parts.login.renewals()).isEqualTo(2);
        parts.pass(CONFIRM.minus(RENEW).minusMinutes(1));
        assertThat(reason(asking, token)).startsWith("unavailable: ").contains("last confirmed by corp", "not answer");
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofMinutes(1));
        assertThat(reason(asking, token)).isEmpty();
    }

    /** One that was ahead, or was written while {@code session-renew} was longer. */
    @Test
    void aTimeThatIsTooFarAwayIsNotBelieved() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        Instant ahead = parts.clock.instant().plus(Duration.ofDays(300));
        tokens.confirm(new Owner("corp", ALICE, ahead));
        parts.login.says(Renewal.unavailable("the directory hangs"));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(parts.login.renewals()).isEqualTo(1);
        parts.pass(CONFIRM);
        assertThat(reason(asking, token)).startsWith("unavailable: ").contains("last confirmed by corp");
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofMinutes(1));
        assertThat(reason(asking, token)).isEmpty();
    }

    @Test
    void aDirectoryThatHangsIsAskedAboutFewAtOnce() {
        ConfirmedOwners asking = telling(parts);
        Deque<ApiToken> waiting = new ArrayDeque<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(issue(new Owner("corp", Identity.of("person " + i, "fake"), parts.clock.instant())));
        }
        ApiToken last = waiting.getLast();
        parts.pass(RENEW);
        parts.login.says(Renewal.unavailable("the directory hangs"));
        parts.login.during(() -> {
            while (!waiting.isEmpty()) {
                assertThat(reason(asking, waiting.remove())).isEmpty();
            }
        });
        assertThat(reason(asking, waiting.remove())).isEmpty();
        assertThat(parts.login.renewals()).isEqualTo(AskingPlaces.MAX);
        assertThat(reason(asking, last)).isEmpty();
        assertThat(parts.login.renewals()).as("a place is free").isEqualTo(AskingPlaces.MAX + 1);
    }

    @Test
    void whatNobodyReadConfirmsNobody() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        parts.login.says(Renewal.unchanged(Optional.empty()));
        parts.pass(CONFIRM);
        assertThat(reason(asking, token)).startsWith("unavailable: ");
    }

    @Test
    void aTokenOutlivesAShortOutageOfTheStore() {
        ConfirmedOwners asking = telling(parts);
        ApiToken token = issue();
        assertThat(reason(asking, token)).isEmpty();
        parts.pass(Duration.ofMinutes(9));
        assertThat(reason(asking, token)).isEmpty();
        parts.store.breakDown(true);
        parts.pass(Duration.ofMinutes(1));
        assertThat(reason(asking, token)).isEmpty();
        assertThat(parts.login.renewals()).isZero();
    }
}
