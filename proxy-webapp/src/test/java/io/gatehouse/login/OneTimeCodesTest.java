package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Codes of a hand-over to a target's host, and to a program. */
class OneTimeCodesTest {

    private static final String HOST = "app.test";
    private static final String NONCE = "n".repeat(22);
    private static final String VERIFIER = "v".repeat(44);

    private final LoginParts parts = new LoginParts();
    private final Handover handover = new Handover(parts.rules, parts.state, parts.clock);
    private final ProgramCodes programs = new ProgramCodes(parts.rules, parts.state, parts.clock);
    private final Session alice = parts.sessions.begin(
            "corp",
            new LoginStep.LoggedIn(Identity.of("alice", "test"), Optional.empty(), Optional.empty()),
            List.of());

    private String handedOver() {
        return handover.code(alice, HOST, Handover.proof(NONCE));
    }

    private String toProgram() {
        return programs.code(alice, ProgramCodes.challenge(VERIFIER));
    }

    @Test
    void areGoodOnce() {
        String code = handedOver();
        assertThat(handover.redeem(code, HOST, NONCE)).contains(alice);
        assertThat(handover.redeem(code, HOST, NONCE)).isEmpty();
        String another = toProgram();
        assertThat(programs.redeem(another, VERIFIER)).contains(alice);
        assertThat(programs.redeem(another, VERIFIER)).isEmpty();
    }

    @Test
    void ofTwoWhoComeAtOnceOneIsGivenIt() {
        String code = toProgram();
        parts.store.afterRead(() -> assertThat(programs.redeem(code, VERIFIER)).contains(alice));
        assertThat(programs.redeem(code, VERIFIER)).isEmpty();
    }

    @Test
    void areGoodForTheBrowserAndTheHostThatAsked() {
        assertThat(handover.redeem(handedOver(), "other.test", NONCE)).isEmpty();
        assertThat(handover.redeem(handedOver(), HOST, "x".repeat(22))).isEmpty();
        assertThat(handover.redeem(handedOver(), HOST, Handover.proof(NONCE)))
                .as("the portal knows no more than the proof")
                .isEmpty();
        assertThat(handover.redeem(handedOver(), "APP.test", NONCE)).contains(alice);
    }

    @Test
    void areGoodForTheProgramThatAsked() {
        assertThat(programs.redeem(toProgram(), "x".repeat(44))).isEmpty();
        assertThat(programs.redeem(toProgram(), ProgramCodes.challenge(VERIFIER)))
                .isEmpty();
    }

    @Test
    void oneKindIsNotTheOther() {
        assertThat(handover.redeem(toProgram(), HOST, NONCE)).isEmpty();
        assertThat(programs.redeem(handedOver(), VERIFIER)).isEmpty();
    }

    @Test
    void endAfterAShortTime() {
        String code = handedOver();
        String another = toProgram();
        parts.clock.advance(Duration.ofSeconds(30));
        assertThat(handover.redeem(code, HOST, NONCE)).isEmpty();
        parts.clock.advance(Duration.ofSeconds(30));
        assertThat(programs.redeem(another, VERIFIER)).isEmpty();
    }

    /** What shows a wrong verifier, or asks from another host, may have stolen it. */
    @Test
    void areUsedUpByWhoeverShowsThemFirst() {
        String code = toProgram();
        programs.redeem(code, "x".repeat(44));
        assertThat(programs.redeem(code, VERIFIER)).isEmpty();
    }
}
