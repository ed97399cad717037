package io.gatehouse.plugin.htpasswd;

import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.basic;
import static io.gatehouse.plugin.htpasswd.HtpasswdTesting.from;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.plugin.htpasswd.HtpasswdAuthenticator.Account;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Renewal;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HtpasswdAuthenticatorTest {

    private static final AuthenticationResult ALICE = AuthenticationResult.authenticated(Identity.of("alice", "basic"));

    private final TestClock clock = new TestClock();
    private final HashingGateCounter gate = new HashingGateCounter();
    private final HtpasswdAuthenticator authenticator = new HtpasswdAuthenticator(
            Map.of(
                    "alice",
                    new Account(PasswordHash.parse(HtpasswdTesting.APR1_SECRET, false), Identity.of("alice", "basic"))),
            "Basic",
            "Password",
            clock,
            gate.gate());

    /** Counts hashes: each one enters the gate once. */
    private static final class HashingGateCounter {
        private final AtomicInteger entered = new AtomicInteger();

        HashingGate gate() {
            return new HashingGate(2) {
                @Override
                boolean enter() {
                    entered.incrementAndGet();
                    return super.enter();
                }
            };
        }
    }

    private AuthenticationResult ask(String user, String password, String address) {
        return authenticator.authenticate(basic(user, password), from(address));
    }

    @Test
    void renewsThoseWhoAreStillThere() {
        Identity known = Identity.of("alice", "basic").withGroups(List.of("gone"));
        assertThat(authenticator.renew(known, Optional.empty()))
                .isEqualTo(Renewal.renewed(Identity.of("alice", "basic"), Optional.empty()));
        assertThat(authenticator.renew(Identity.of("bob", "basic"), Optional.empty()))
                .isInstanceOf(Renewal.Ended.class);
        assertThat(authenticator.renewsWithoutGrant()).isTrue();
    }

    @Test
    void otherCredentialsAreNotItsOwn() {
        assertThat(authenticator.authenticate(new Credential.None(), from("10.0.0.1")))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(authenticator.authenticate(new Credential.Bearer(Secret.of("x")), from("10.0.0.1")))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void aWrongPasswordIsRejectedAndAnUnknownUserIsSomebodyElses() {
        assertThat(ask("alice", "wrong", "10.0.0.1"))
                .isEqualTo(AuthenticationResult.rejected("wrong password for \"alice\""));
        assertThat(ask("bob", "secret", "10.0.0.1")).isEqualTo(AuthenticationResult.notMine());
        assertThat(ask("Alice", "secret", "10.0.0.1")).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void anUnknownUserCostsAHashToo() {
        ask("bob", "secret", "10.0.0.1");
        assertThat(gate.entered).hasValue(1);
    }

    @Test
    void aPasswordThatWasRightIsHashedAgainOnlyAfterFiveMinutes() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ask("alice", "secret", "10.0.0.1")).isEqualTo(ALICE);
        }
        assertThat(gate.entered).hasValue(1);
        clock.advance(VerifiedPasswords.LIFETIME.plusSeconds(1));
        assertThat(ask("alice", "secret", "10.0.0.1")).isEqualTo(ALICE);
        assertThat(gate.entered).hasValue(2);
    }

    @Test
    void aThousandGuessesAreMostlyRefusedUnheardAndTheRealUserIsNotLockedOut() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ask("alice", "guess" + i, "10.0.0.1")).isInstanceOf(AuthenticationResult.Rejected.class);
        }
        assertThat(gate.entered).hasValue(GuessThrottle.GUESSES_PER_USER);
        assertThat(ask("alice", "secret", "10.0.0.1"))
                .isEqualTo(AuthenticationResult.rejected(
                        "too many wrong passwords for \"alice\" from 10.0.0.1; not looked at"));
        assertThat(ask("alice", "secret", "10.0.0.2")).isEqualTo(ALICE);
        assertThat(ask("alice", "secret", "10.0.0.1"))
                .as("known to be right by now")
                .isEqualTo(ALICE);
    }

    @Test
    void guessesBecomePossibleAgainWithTime() {
        for (int i = 0; i < 20; i++) {
            ask("alice", "guess" + i, "10.0.0.1");
        }
        clock.advance(GuessThrottle.USER_REFILL);
        assertThat(ask("alice", "secret", "10.0.0.1")).isEqualTo(ALICE);
    }

    @Test
    void manyNamesFromOneAddressAreSlowedDownToo() {
        for (int i = 0; i < 1000; i++) {
            assertThat(ask("user" + i, "guess", "10.0.0.1")).isEqualTo(AuthenticationResult.notMine());
        }
        assertThat(gate.entered).hasValue(GuessThrottle.GUESSES_PER_ADDRESS);
    }

    @Test
    void anIpv6NetworkCountsAsOneAddress() {
        for (int i = 0; i < 1000; i++) {
            ask("alice", "guess" + i, "2001:db8:0:1::" + Integer.toHexString(i + 1));
        }
        assertThat(gate.entered).hasValue(GuessThrottle.GUESSES_PER_USER);
        assertThat(ask("alice", "secret", "2001:db8:0:2::1")).isEqualTo(ALICE);
    }

    @Test
    void rightPasswordsCostNoGuesses() {
        for (int i = 0; i < 50; i++) {
            assertThat(ask("alice", "secret", "10.0.0.1")).isEqualTo(ALICE);
            clock.advance(VerifiedPasswords.LIFETIME);
        }
        assertThat(gate.entered.get()).isGreaterThan(GuessThrottle.GUESSES_PER_USER);
    }

    @Test
    void aVeryLongPasswordIsRefusedWithoutAHash() {
        assertThat(ask("alice", "x".repeat(1025), "10.0.0.1"))
                .isEqualTo(
                        AuthenticationResult.rejected("the password for \"alice\" is empty or longer than 1024 bytes"));
        assertThat(ask("bob", "x".repeat(1025), "10.0.0.1")).isEqualTo(AuthenticationResult.notMine());
        assertThat(ask("alice", "", "10.0.0.1")).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(gate.entered).hasValue(0);
    }

    @Test
    void isUnavailableWhenNoPlaceIsFreeAndTheGuessIsNotCounted() {
        HashingGate full = new HashingGate(0) {
            @Override
            boolean enter() {
                return false;
            }
        };
        HtpasswdAuthenticator busy = new HtpasswdAuthenticator(
                Map.of(
                        "alice",
                        new Account(
                                PasswordHash.parse(HtpasswdTesting.APR1_SECRET, false), Identity.of("alice", "basic"))),
                "Basic",
                "Password",
                clock,
                full);
        for (int i = 0; i < 50; i++) {
            assertThat(busy.authenticate(basic("alice", "secret"), from("10.0.0.1")))
                    .isEqualTo(AuthenticationResult.unavailable("too many password hashes are being made; try again"));
        }
    }

    @Test
    void equalQuestionsThatComeTogetherAreHashedOnce() throws Exception {
        int threads = 16;
        AtomicInteger entered = new AtomicInteger();
        AtomicInteger asking = new AtomicInteger();
        HashingGate waitsForAll = new HashingGate(2) {
            @Override
            boolean enter() {
                entered.incrementAndGet();
                while (asking.get() < threads) {
                    LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                }
                return super.enter();
            }
        };
        HtpasswdAuthenticator shared = new HtpasswdAuthenticator(
                Map.of(
                        "alice",
                        new Account(
                                PasswordHash.parse(HtpasswdTesting.BCRYPT_SECRET, false),
                                Identity.of("alice", "basic"))),
                "Basic",
                "Password",
                clock,
                waitsForAll);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<AuthenticationResult>> answers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                answers.add(pool.submit(() -> {
                    asking.incrementAndGet();
                    return shared.authenticate(basic("alice", "secret"), from("10.0.0.1"));
                }));
            }
            for (Future<AuthenticationResult> answer : answers) {
                assertThat(answer.get()).isEqualTo(ALICE);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(entered)
                .as("a late one may find the answer remembered, but none hashes alone")
                .hasValue(1);
    }
}
