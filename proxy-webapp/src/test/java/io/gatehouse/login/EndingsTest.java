package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndingsTest {

    private static final Identity ALICE = Identity.of("alice", "fake");

    private final LoginParts parts = new LoginParts();

    private Session begin() {
        return parts.sessions.begin(
                "corp", new LoginStep.LoggedIn(ALICE, Optional.empty(), Optional.empty()), List.of());
    }

    @Test
    void streamsHearOnceThatThereIsNoNewsAndOnceThatThereIsAgain() {
        parts.store.breakDown(true);
        parts.clock.advance(Endings.PATIENCE);
        assertThat(parts.endings.look(parts.state)).isFalse();
        assertThat(parts.endings.trouble()).isPresent();
        parts.clock.advance(Duration.ofSeconds(1));
        assertThat(parts.endings.look(parts.state)).isTrue();
        parts.clock.advance(Duration.ofSeconds(1));
        assertThat(parts.endings.look(parts.state)).isFalse();
        parts.store.breakDown(false);
        assertThat(parts.endings.look(parts.state)).isTrue();
        assertThat(parts.endings.look(parts.state)).isFalse();
        assertThat(parts.endings.trouble()).isEmpty();
    }

    @Test
    void streamsHearNothingOfWhatHasChangedNothing() {
        Instant until = parts.clock.instant().plus(Duration.ofDays(1));
        parts.endings.suspend(parts.state, "alice", until, "the account is disabled");
        assertThat(parts.endings.look(parts.state)).isTrue();
        parts.endings.suspend(parts.state, "alice", until.plusSeconds(1), "the account is disabled");
        assertThat(parts.endings.look(parts.state)).isFalse();
        parts.endings.resume(parts.state, "alice", until);
        assertThat(parts.endings.look(parts.state)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, 3600})
    void aStepOfTheClockIsNoSilence(long seconds) {
        parts.step(Duration.ofSeconds(seconds));
        assertThatNoException().isThrownBy(parts.endings::requireNews);
        parts.store.breakDown(true);
        assertThat(parts.endings.look(parts.state)).isFalse();
        parts.clock.advance(Endings.PATIENCE.plusSeconds(1));
        assertThatThrownBy(parts.endings::requireNews).isInstanceOf(SharedState.UnavailableException.class);
        assertThat(parts.endings.look(parts.state)).isTrue();
    }

    /** The monotonic clock stands still meanwhile. */
    @Test
    void whatEndedWhileTheMachineSleptIsHeard() {
        parts.replica().endings.shutOut(parts.state, "alice", true, "bob");
        parts.step(Duration.ofHours(1));
        assertThat(parts.endings.look(parts.state)).isTrue();
        assertThat(parts.endings.shutOut("alice")).contains("shut out by bob");
    }

    /** Every second, of what may be many thousands. */
    @Test
    void onlyWhatIsRecentIsAskedForWhileNewsComes() {
        for (int i = 0; i < 60; i++) {
            parts.pass(Duration.ofSeconds(1));
            assertThat(parts.store.lookedBack()).isLessThan(Duration.ofHours(1));
        }
        parts.step(Duration.ofHours(1));
        parts.endings.look(parts.state);
        assertThat(parts.store.lookedBack()).isGreaterThan(Duration.ofDays(365));
    }

    /** What was ended meanwhile is not in it. */
    @Test
    void newsIsAsOldAsItsQuestion() {
        parts.store.after(() -> parts.clock.advance(Endings.PATIENCE.plusSeconds(1)));
        parts.endings.look(parts.state);
        assertThatThrownBy(parts.endings::requireNews).isInstanceOf(SharedState.UnavailableException.class);
    }

    @Test
    void anAnswerThatWasOvertakenLetsNobodyIn() {
        parts.endings.shutOut(parts.state, "alice", true, "bob");
        parts.endings.shutOut(parts.state, "alice", false, "bob");
        parts.store.after(() -> parts.endings.shutOut(parts.state, "alice", true, "carol"));
        parts.endings.look(parts.state); // says that alice was let in, which is past when it arrives
        assertThat(parts.endings.shutOut("alice")).contains("shut out by carol");
    }

    @Test
    void anAnswerThatWasOvertakenShutsNobodyOut() {
        parts.endings.shutOut(parts.state, "alice", true, "bob");
        parts.store.after(() -> parts.endings.shutOut(parts.state, "alice", false, "bob"));
        parts.endings.look(parts.state);
        assertThat(parts.endings.shutOut("alice")).isEmpty();
    }

    @Test
    void anotherStoresWordCountsWhateverItsVersion() {
        parts.endings.shutOut(parts.state, "alice", true, "bob");
        parts.endings.shutOut(parts.state, "alice", false, "bob");
        LoginParts elsewhere = new LoginParts();
        elsewhere.endings.shutOut(elsewhere.state, "alice", true, "carol");
        assertThat(parts.endings.look(elsewhere.state)).isTrue();
        assertThat(parts.endings.shutOut("alice")).contains("shut out by carol");
    }

    @Test
    void anEndingIsForgottenWhenNoCookieIsBelievedWithoutTheStore() {
        Session session = begin();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.sessions.end(session, "logged out");
        parts.pass(Duration.ofHours(25));
        assertThat(parts.endings.ended(session.id())).isEmpty();
        parts.state.sweep(parts.clock.instant().plusSeconds(1));
        assertThat(parts.store.size()).isZero();
        assertThat(parts.sessions.judge(session)).isInstanceOf(Sessions.State.Ended.class);
    }

    @Test
    void anEndingIsToldToItsEndWhenTheSessionIsStillInTheStore() {
        Session session = begin();
        parts.login.says(Renewal.renewed(ALICE, Optional.empty()));
        parts.store.removeNothing(true);
        assertThatThrownBy(() -> parts.sessions.end(session, "logged out"))
                .isInstanceOf(SharedState.UnavailableException.class);
        parts.store.removeNothing(false);
        parts.pass(Duration.ofDays(6));
        assertThat(parts.sessions.judge(session)).isEqualTo(new Sessions.State.Ended("logged out"));
    }
}
