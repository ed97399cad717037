package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.login.DeviceCodes.Answer;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginStep;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceCodesTest {

    private final LoginParts parts = new LoginParts();
    private final DeviceCodes codes = codes(parts);

    private static DeviceCodes codes(LoginParts parts) {
        return new DeviceCodes(parts.rules, parts.state, parts.clock);
    }

    private Session alice() {
        return parts.sessions.begin(
                "corp",
                new LoginStep.LoggedIn(Identity.of("alice", "test"), Optional.empty(), Optional.empty()),
                List.of());
    }

    @Test
    void aProgramGetsTheSessionOfWhoeverSaysYesOnce() {
        DeviceCodes.Codes begun = codes.begin("192.0.2.7");
        assertThat(begun.userCode()).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Pending());
        assertThat(codes.waiting(begun.userCode()))
                .contains(new DeviceCodes.Waiting(begun.userCode(), "192.0.2.7", parts.clock.instant()));
        Session alice = alice();
        assertThat(codes.answer(begun.userCode(), Optional.of(alice))).isTrue();
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Approved(alice));
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Gone());
    }

    @Test
    void anotherReplicaKnowsIt() {
        DeviceCodes other = codes(parts.replica());
        DeviceCodes.Codes begun = codes.begin("192.0.2.7");
        Session alice = alice();
        assertThat(other.answer(begun.userCode(), Optional.of(alice))).isTrue();
        assertThat(codes.answer(begun.userCode(), Optional.of(alice))).isFalse();
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Approved(alice));
        assertThat(other.poll(begun.deviceCode())).isEqualTo(new Answer.Gone());
    }

    @Test
    void aPersonMaySayNo() {
        DeviceCodes.Codes begun = codes.begin("192.0.2.7");
        assertThat(codes.answer(begun.userCode(), Optional.empty())).isTrue();
        assertThat(codes.waiting(begun.userCode())).isEmpty();
        assertThat(codes.answer(begun.userCode(), Optional.of(alice()))).isFalse();
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Denied());
    }

    @Test
    void bothCodesEndAfterTenMinutes() {
        DeviceCodes.Codes begun = codes.begin("192.0.2.7");
        DeviceCodes.Codes approved = codes.begin("192.0.2.7");
        codes.answer(approved.userCode(), Optional.of(alice()));
        parts.clock.advance(Duration.ofMinutes(10));
        assertThat(codes.waiting(begun.userCode())).isEmpty();
        assertThat(codes.answer(begun.userCode(), Optional.of(alice()))).isFalse();
        assertThat(codes.poll(begun.deviceCode())).isEqualTo(new Answer.Gone());
        assertThat(codes.poll(approved.deviceCode())).isEqualTo(new Answer.Gone());
    }

    @Test
    void theShortCodeAloneGetsNothing() {
        DeviceCodes.Codes begun = codes.begin("192.0.2.7");
        codes.answer(begun.userCode(), Optional.of(alice()));
        String letters = begun.userCode().replace("-", "");
        for (String guess :
                new String[] {"", letters, letters + ".", letters + "." + KeyRing.randomName(), "." + letters}) {
            assertThat(codes.poll(guess)).isEqualTo(new Answer.Gone());
        }
        assertThat(codes.poll(begun.deviceCode())).isInstanceOf(Answer.Approved.class);
    }

    @Test
    void peopleTypeItAsTheyLike() {
        String shown = codes.begin("192.0.2.7").userCode();
        assertThat(codes.waiting(shown.toLowerCase(Locale.ROOT))).isPresent();
        assertThat(codes.waiting(" " + shown.replace("-", " ") + " ")).isPresent();
        assertThat(codes.waiting(shown.replace("-", ""))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "BCDF", "BCDF-GHJ1", "AEIO-UAEI", "BCDFGHJKL", "BCDF-GHJ\u212a"})
    void whatIsNoCodeIsNobodys(String typed) {
        assertThat(codes.waiting(typed)).isEmpty();
    }

    @Test
    void codesDiffer() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            DeviceCodes.Codes begun = codes.begin("192.0.2.7");
            seen.add(begun.userCode());
            seen.add(begun.deviceCode());
        }
        assertThat(seen).hasSize(400);
    }
}
