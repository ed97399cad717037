package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.LogoutNotice;
import io.gatehouse.spi.ProviderSession;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest {

    private static final Identity ALICE = Identity.of("alice", "fake").withGroups(List.of("staff", "admins"));
    private static final Duration RENEW = Duration.ofMinutes(10);

    private final LoginParts parts = new LoginParts();
    private int notices;

    private Session begin() {
        return begin(Optional.of(new ProviderSession("sub-1", Optional.of("sid-1"))));
    }

    private Session begin(Optional<ProviderSession> provider) {
        return parts.sessions.begin(
                "corp", new LoginStep.LoggedIn(ALICE, Optional.of(Secret.of("refresh-1")), provider), List.of());
    }

    private static Identity good(Sessions.State state) {
        assertThat(state).isInstanceOf(Sessions.State.Good.class);
        return ((Sessions.State.Good) state).session().identity();
    }

    @Test
    void goesOnWithoutAskingAnybodyUntilItsRenewal() {
        Session session = begin();
        int before = parts.store.reads();
        parts.pass(RENEW.minusSeconds(1));
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.store.reads()).isEqualTo(before);
        assertThat(parts.login.renewals()).isZero();
    }

    @Test
    void isRenewedBeforeThatWhenTheIdentityExpires() {
        Identity shortLived = ALICE.withExpires(parts.clock.instant().plusSeconds(60));
        Session session = parts.sessions.begin(
                "corp", new LoginStep.LoggedIn(shortLived, Optional.empty(), Optional.empty()), List.of());
        parts.login.says(Renewal.ended("its time is over"));
        parts.pass(Duration.ofSeconds(59));
        assertThat(good(parts.sessions.judge(session))).isEqualTo(shortLived);
        parts.pass(Duration.ofSeconds(1));
        assertThat(parts.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("its time is over"));
    }

    @Test
    void isRenewedOnceForAllReplicas() {
        Session session = begin();
        LoginParts other = parts.replica();
        Identity fewer = ALICE.withGroups(List.of("staff"));
        parts.login.says(Renewal.renewed(fewer, Optional.of(Secret.of("refresh-2"))));
        parts.pass(RENEW, other);
        parts.login.during(() -> {
            // Whoever comes meanwhile goes on with what was known, and asks nobody.
            assertThat(good(other.sessions.judge(session))).isEqualTo(ALICE);
            assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        });
        assertThat(good(parts.sessions.judge(session))).isEqualTo(fewer);
        assertThat(good(other.sessions.judge(session))).isEqualTo(fewer);
        assertThat(parts.login.renewals()).isEqualTo(1);
        assertThat(other.login.renewals()).isZero();
    }

    @Test
    void endsWhenTheAuthenticatorSaysSo() {
        Session session = begin();
        LoginParts other = parts.replica();
        parts.login.says(Renewal.ended("the person has left"));
        parts.pass(RENEW, other);
        assertThat(parts.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("the person has left"));
        parts.pass(Duration.ofSeconds(2), other);
        assertThat(other.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("the person has left"));
    }

    @Test
    void endsWhenItsRenewalGivesSomebodyElse() {
        Session session = begin();
        parts.login.says(Renewal.renewed(Identity.of("mallory", "fake"), Optional.empty()));
        parts.pass(RENEW);
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
    }

    @Test
    void endsWhenItsRenewalGivesSomebodyElseOfTheSameName() {
        Session session = begin();
        parts.login.says(Renewal.renewed(ALICE.withUid("2"), Optional.empty()));
        parts.pass(RENEW);
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
        assertThat(parts.proven).hasSize(1);
    }

    @Test
    void bearsAnAuthenticatorThatDoesNotAnswerForAWhile() {
        Session session = begin();
        parts.login.says(Renewal.unavailable("down"));
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        parts.pass(Duration.ofMinutes(30));
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Unknown.class);
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofSeconds(20));
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
    }

    /** Else an account that was taken out of its groups goes on for as long as nothing of it can be read. */
    @Test
    void keepsANewGrantAlthoughNothingCouldBeToldAndIsBorneNoLonger() {
        Session session = begin();
        parts.login.says(Renewal.unavailable("down", Secret.of("refresh-2")));
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.login.grant()).contains(Secret.of("refresh-1"));
        parts.login.says(Renewal.unavailable("still down"));
        parts.pass(Duration.ofSeconds(20));
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.login.grant()).contains(Secret.of("refresh-2"));
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.login.renewals()).as("within the lease").isEqualTo(2);
        parts.pass(Duration.ofMinutes(30));
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Unknown.class);
        assertThat(parts.login.grant()).contains(Secret.of("refresh-2"));
    }

    @Test
    void isRenewedAfterAReplicaDiedOverIt() {
        Session session = begin();
        parts.login.during(() -> {
            throw new ThreadDeath();
        });
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        parts.login.during(() -> {});
        parts.login.says(Renewal.renewed(ALICE.withGroups(List.of()), Optional.empty()));
        parts.pass(Duration.ofSeconds(21));
        assertThat(good(parts.sessions.judge(session)).groups()).isEmpty();
    }

    @Test
    void staysEndedWhenItEndsWhileItIsRenewed() {
        Session session = begin();
        LoginParts other = parts.replica();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.login.during(() -> other.sessions.end(session, "logged out"));
        parts.pass(RENEW, other);
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
        assertThat(parts.sessions.of("alice")).isEmpty();
    }

    @Test
    void whatWasWrittenWhileTheStoreAnsweredIsHeardOfAtTheNextLook() {
        Session session = begin();
        LoginParts other = parts.replica();
        other.store.after(() -> {
            parts.sessions.end(session, "logged out");
            parts.clock.advance(Duration.ofMinutes(1));
        });
        other.endings.look(other.state); // its answer was made before, and arrives a minute later
        other.store.after(() -> {});
        parts.clock.advance(Duration.ofSeconds(100));
        other.endings.look(other.state);
        assertThat(other.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
    }

    @Test
    void streamsHearOfAnEndingHereAlthoughTheStoreFailsThen() {
        Session session = begin();
        parts.sessions.end(session, "logged out");
        parts.store.breakDown(true);
        assertThat(parts.endings.look(parts.state)).isTrue();
    }

    @Test
    void endsAtItsGreatestAge() {
        Session session = begin();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(Duration.ofDays(7));
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
    }

    @Test
    void isIdleWhenItsCookieIsOld() {
        Session session = begin();
        assertThat(parts.sessions.isIdle(session)).isFalse();
        parts.pass(Duration.ofHours(8).plusSeconds(1));
        assertThat(parts.sessions.isIdle(session)).isTrue();
    }

    @Test
    void leavesTheStoreWhenNobodyCanUseItAnyMore() {
        Session used = begin();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        begin();
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(used))).isEqualTo(ALICE);
        parts.pass(Duration.ofHours(8).plusMinutes(30).minusSeconds(1)); // session-idle, session-grace
        assertThat(parts.sessions.of("alice")).hasSize(2);
        parts.pass(Duration.ofSeconds(1));
        assertThat(parts.sessions.of("alice")).extracting(Session::id).containsExactly(used.id());
    }

    @Test
    void aLogoutEndsWhatOtherTabsHaveBegunAtTheSameMoment() {
        LoginStep.LoggedIn login = new LoginStep.LoggedIn(ALICE, Optional.empty(), Optional.empty());
        Session one = parts.sessions.begin("corp", login, List.of("login-1", "login-2"));
        Session two = parts.sessions.begin("corp", login, List.of("login-1", "login-2"));
        Session elsewhere = parts.sessions.begin("corp", login, List.of("login-3", "login-4"));
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(one))).isEqualTo(ALICE);
        assertThat(good(parts.sessions.judge(two))).isEqualTo(ALICE);
        parts.sessions.logOut(two);
        assertThat(parts.sessions.judge(one)).isEqualTo(new Sessions.State.Ended("logged out"));
        assertThat(parts.sessions.judge(two)).isEqualTo(new Sessions.State.Ended("logged out"));
        assertThat(parts.sessions.of("alice")).extracting(Session::id).containsExactly(elsewhere.id());
    }

    @Test
    void tellsWhoItIsNowAtEveryLoginAndRenewal() {
        Session session = begin();
        assertThat(parts.proven).containsExactly("corp: " + ALICE.groups());
        Identity fewer = ALICE.withGroups(List.of("staff"));
        parts.login.says(Renewal.renewed(fewer, Optional.empty()));
        parts.pass(RENEW);
        parts.sessions.judge(session);
        parts.sessions.judge(session);
        assertThat(parts.proven).containsExactly("corp: " + ALICE.groups(), "corp: " + fewer.groups());
        parts.login.says(Renewal.unavailable("down"));
        parts.pass(RENEW);
        parts.sessions.judge(session);
        parts.login.says(Renewal.ended("gone"));
        parts.pass(Duration.ofSeconds(20));
        parts.sessions.judge(session);
        assertThat(parts.proven).hasSize(2);
    }

    /** Else an older session brings groups back that the person was taken out of since. */
    @Test
    void tellsNothingWhereNothingWasReadOfThePerson() {
        Session session = begin();
        parts.login.says(Renewal.unchanged(Optional.of(Secret.of("refresh-2"))));
        parts.pass(RENEW);
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.proven).hasSize(1);
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        assertThat(parts.login.renewals()).as("not again at once").isEqualTo(1);
        parts.pass(RENEW);
        parts.sessions.judge(session);
        assertThat(parts.login.grant()).contains(Secret.of("refresh-2"));
    }

    @Test
    void endsOnEveryReplicaAtItsNextLook() {
        Session session = begin();
        LoginParts other = parts.replica();
        parts.sessions.end(session, "logged out");
        assertThat(parts.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
        other.endings.look(other.state);
        assertThat(other.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
        LoginParts restarted = parts.replica();
        assertThat(restarted.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
    }

    @Test
    void nobodyIsTakenAtTheirWordWithoutNews() {
        Session session = begin();
        parts.store.breakDown(true);
        parts.pass(Endings.PATIENCE);
        assertThat(parts.endings.trouble().orElseThrow()).endsWith("the database is down");
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
        parts.pass(Duration.ofSeconds(1));
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Unknown.class);
        parts.store.breakDown(false);
        parts.pass(Duration.ofSeconds(1));
        assertThat(parts.endings.trouble()).isEmpty();
        assertThat(good(parts.sessions.judge(session))).isEqualTo(ALICE);
    }

    @Test
    void whatEndedDuringAnOutageIsHeardOfAfterwards() {
        Session session = begin();
        LoginParts other = parts.replica();
        parts.sessions.end(session, "logged out");
        parts.clock.advance(Duration.ofHours(1)); // the other one hears nothing all that time
        assertThat(other.endings.look(other.state)).isTrue();
        assertThat(other.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
    }

    private Optional<Integer> logOut(String authenticator, ProviderSession session) {
        return parts.logouts.end(authenticator, notice(session));
    }

    private LogoutNotice notice(ProviderSession session) {
        Instant until = parts.clock.instant().plus(Duration.ofMinutes(5));
        return new LogoutNotice(session, "notice-" + notices++, until);
    }

    @Test
    void aNoticeCountsOnceForAllReplicas() {
        LogoutNotice notice = notice(new ProviderSession("sub-1", Optional.empty()));
        begin();
        assertThat(parts.logouts.end("corp", notice)).contains(1);
        Session next = begin();
        assertThat(parts.logouts.end("corp", notice)).isEmpty();
        assertThat(parts.replica().logouts.end("corp", notice)).isEmpty();
        assertThat(parts.sessions.judge(next)).isInstanceOf(Sessions.State.Good.class);
        assertThat(parts.logouts.end("elsewhere", notice))
                .as("another provider's")
                .contains(0);
    }

    @Test
    void aNoticeThatCameWhileTheStoreWasAwayCountsWhenItComesAgain() {
        LogoutNotice notice = notice(new ProviderSession("sub-1", Optional.empty()));
        Session session = begin();
        parts.store.breakDown(true);
        assertThatThrownBy(() -> parts.logouts.end("corp", notice))
                .isInstanceOf(SharedState.UnavailableException.class);
        parts.store.breakDown(false);
        parts.store.removeNothing(true); // fails half-way
        assertThatThrownBy(() -> parts.logouts.end("corp", notice))
                .isInstanceOf(SharedState.UnavailableException.class);
        parts.store.removeNothing(false);
        assertThat(parts.logouts.end("corp", notice)).contains(1);
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
    }

    @Test
    void endsAtTheProvider() {
        Session first = begin();
        Session second = begin(Optional.of(new ProviderSession("sub-1", Optional.of("sid-2"))));
        Session third = begin(Optional.of(new ProviderSession("sub-2", Optional.of("sid-1"))));
        assertThat(logOut("corp", new ProviderSession("sub-1", Optional.of("sid-1"))))
                .contains(1);
        assertThat(parts.sessions.judge(first)).isInstanceOf(Sessions.State.Ended.class);
        assertThat(parts.sessions.judge(second)).isInstanceOf(Sessions.State.Good.class);
        assertThat(logOut("corp", new ProviderSession("sub-1", Optional.empty())))
                .contains(1);
        assertThat(parts.sessions.judge(second)).isInstanceOf(Sessions.State.Ended.class);
        assertThat(logOut("elsewhere", new ProviderSession("sub-2", Optional.empty())))
                .contains(0);
        assertThat(parts.sessions.judge(third)).isInstanceOf(Sessions.State.Good.class);
    }

    @Test
    void whoeverIsShutOutHasNoSession() {
        Session session = begin();
        parts.endings.shutOut(parts.state, "alice", true, "bob");
        assertThat(parts.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("shut out by bob"));
        assertThat(parts.endings.look(parts.state)).isTrue();
        assertThat(parts.endings.look(parts.state)).isFalse();
        parts.endings.shutOut(parts.state, "alice", false, "bob");
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Good.class);
    }

    @Test
    void onePersonHasNotMoreThanFifty() {
        Session first = begin();
        for (int i = 0; i < 50; i++) {
            parts.pass(Duration.ofSeconds(1));
            begin();
        }
        assertThat(parts.sessions.of("alice")).hasSize(50);
        assertThat(parts.sessions.judge(first)).isInstanceOf(Sessions.State.Ended.class);
    }

    @Test
    void theStoreKnowsNoSecretAndForgetsWhatIsPast() {
        begin();
        assertThat(parts.state.find(StoredSession.KIND, StoredSession.ofPerson("alice"), 9))
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.toString()).doesNotContain("alice", "refresh-1", "sub-1", "sid-1"));
        parts.pass(Duration.ofDays(8));
        parts.state.sweep(parts.clock.instant());
        assertThat(parts.store.size()).isZero();
    }
}
