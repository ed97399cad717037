package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is remembered, what is asked once, and how guessing is slowed down: seen by the binds that reach the directory. */
class RememberedLoginsTest extends LdapTesting {

    private static final AuthenticationResult WRONG = AuthenticationResult.rejected("\"alice\": wrong password (49)");

    private static AuthenticationResult tooMany(String address) {
        return AuthenticationResult.rejected("too many guesses from " + address + "; \"alice\" was not looked at");
    }

    @Test
    void aThousandRequestsAreOneBind() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 1000; i++) {
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        }
        assertThat(directory.userBinds()).hasSize(1);
    }

    /** Else whoever is called alices, with what follows as their password, would be alice. */
    @Test
    void aNameWithItsPasswordIsNoOtherNameWithTheRestOfIt() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice", "secret of alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "alices", "ecret of alice")).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void aPasswordThatWasChangedIsNoticedInTime() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        directory.modify(
                "dn: " + TestDirectory.dn("alice"), "changetype: modify", "replace: userPassword", "userPassword: new");
        assertThat(ask(authenticator, "alice", "new")).isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(40));
        assertThat(ask(authenticator, "alice")).as("until then it counts").isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(21));
        assertThat(ask(authenticator, "alice")).isEqualTo(WRONG);
    }

    @Test
    void towardsTheEndOfItsTimeOneAsksAgainAndItsAnswerCounts() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(45));
        for (int i = 0; i < 10; i++) {
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        }
        assertThat(directory.userBinds()).hasSize(2);
        directory.modify(
                "dn: " + TestDirectory.dn("alice"), "changetype: modify", "replace: userPassword", "userPassword: new");
        clock.advance(Duration.ofSeconds(45));
        assertThat(ask(authenticator, "alice")).isEqualTo(WRONG);
        assertThat(ask(authenticator, "alice"))
                .as("and the older one is forgotten")
                .isEqualTo(WRONG);
    }

    @Test
    void whileOneAsksAgainTheOthersDoNotWait() throws Exception {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(45));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        directory.onBind(request -> {
            asked.countDown();
            await(goOn);
        });
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<AuthenticationResult> first = pool.submit(() -> ask(authenticator, "alice"));
            asked.await();
            for (int i = 0; i < 100; i++) {
                assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
            }
            goOn.countDown();
            assertThat(first.get()).isEqualTo(person("alice"));
        } finally {
            goOn.countDown();
            pool.shutdownNow();
        }
        assertThat(directory.userBinds()).hasSize(2);
    }

    @Test
    void whatCanNotBeToldOrIsNotLookedAtTowardsTheEndLeavesItAsItIs() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(45));
        for (int i = 0; i < 20; i++) {
            ask(authenticator, "alice", "guess" + i);
        }
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        directory.close();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        clock.advance(Duration.ofSeconds(16));
        assertThat(ask(authenticator, "alice")).isNotEqualTo(person("alice"));
    }

    @Test
    void groupsThatChangeAreNoticedInTime() {
        LdapAuthenticator authenticator = create(LdapAuthenticatorFactory.CACHE, Duration.ofSeconds(5));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        directory.group("dev", TestDirectory.dn("alice"));
        clock.advance(Duration.ofSeconds(6));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice", "dev"));
    }

    @Test
    void nothingIsRememberedWhereThatIsWanted() {
        LdapAuthenticator authenticator = create(settings()
                .with(LdapAuthenticatorFactory.CACHE, Duration.ZERO)
                .with(LdapAuthenticatorFactory.CACHE_REFUSED, Duration.ZERO));
        for (int i = 0; i < 3; i++) {
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
            assertThat(ask(authenticator, "alice", "wrong")).isEqualTo(WRONG);
        }
        assertThat(directory.userBinds()).hasSize(6);
    }

    @Test
    void whatWasRefusedIsRememberedForAShorterWhile() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 100; i++) {
            assertThat(ask(authenticator, "alice", "wrong")).isEqualTo(WRONG);
            assertThat(ask(authenticator, "carol", "wrong")).isEqualTo(AuthenticationResult.notMine());
        }
        assertThat(directory.userBinds()).hasSize(2);
        directory.person("carol");
        clock.advance(Duration.ofSeconds(11));
        assertThat(ask(authenticator, "carol")).isEqualTo(person("carol"));
    }

    @Test
    void aWrongPasswordDoesNotMakeTheRightOneWrongNorTheOtherWayRound() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice", "wrong")).isEqualTo(WRONG);
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "alice", "wrong")).isEqualTo(WRONG);
        assertThat(ask(authenticator, "bob", "secret of alice")).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    @Test
    void equalLoginsThatComeTogetherAreOneBind() throws Exception {
        int threads = 16;
        AtomicInteger asking = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(threads);
        directory.onBind(request -> {
            if (request.getRequest().getBindDN().equals(TestDirectory.dn("alice"))) {
                await(all);
            }
        });
        LdapAuthenticator authenticator = create();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<AuthenticationResult>> answers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                answers.add(pool.submit(() -> {
                    asking.incrementAndGet();
                    all.countDown();
                    return ask(authenticator, "alice");
                }));
            }
            for (Future<AuthenticationResult> answer : answers) {
                assertThat(answer.get()).isEqualTo(person("alice"));
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(asking).hasValue(threads);
        assertThat(directory.userBinds()).as("a late one finds it remembered").hasSize(1);
    }

    @Test
    void manyLoginsShareAFewConnections() throws Exception {
        int people = 12;
        Set<Long> connections = ConcurrentHashMap.newKeySet();
        directory.onBind(request -> connections.add(request.getConnectionID()));
        for (int i = 0; i < people; i++) {
            directory.person("p" + i);
        }
        LdapAuthenticator authenticator = create(ServerSettings.POOL_SIZE, 2);
        ExecutorService pool = Executors.newFixedThreadPool(people);
        try {
            List<Future<AuthenticationResult>> answers = new ArrayList<>();
            for (int i = 0; i < people; i++) {
                String name = "p" + i;
                answers.add(pool.submit(() -> ask(authenticator, name)));
            }
            for (int i = 0; i < people; i++) {
                assertThat(answers.get(i).get()).isEqualTo(person("p" + i));
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(connections).as("two to look, two to bind").hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void aThousandGuessesAreMostlyRefusedUnheardAndTheRealUserIsNotLockedOut() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 1000; i++) {
            assertThat(ask(authenticator, i % 2 == 0 ? "alice" : "ALICE", "guess" + i))
                    .isInstanceOf(AuthenticationResult.Rejected.class);
        }
        assertThat(directory.userBinds()).hasSize(GuessThrottle.GUESSES_PER_PERSON);
        assertThat(ask(authenticator, "alice")).isEqualTo(tooMany(ADDRESS));
        assertThat(ask(authenticator, "alice", "secret of alice", "10.0.0.2"))
                .as("and that it was not looked at is not remembered")
                .isEqualTo(person("alice"));
        assertThat(ask(authenticator, "alice")).as("known to be right by now").isEqualTo(person("alice"));
    }

    @Test
    void guessesBecomePossibleAgainWithTime() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 20; i++) {
            ask(authenticator, "alice", "guess" + i);
        }
        assertThat(ask(authenticator, "alice")).isEqualTo(tooMany(ADDRESS));
        clock.advance(Duration.ofSeconds(30));
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
    }

    @Test
    void manyNamesFromOneAddressAreSlowedDownToo() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 300; i++) {
            ask(authenticator, "nobody" + i, "guess");
        }
        assertThat(directory.userBinds()).hasSize(GuessThrottle.STRANGERS_PER_ADDRESS);
        for (int i = 0; i < 150; i++) {
            directory.person("p" + i);
            ask(authenticator, "p" + i, "guess", "2001:db8::" + Integer.toHexString(i + 1));
        }
        assertThat(directory.userBinds())
                .hasSize(GuessThrottle.STRANGERS_PER_ADDRESS + GuessThrottle.GUESSES_PER_ADDRESS);
        assertThat(ask(authenticator, "alice", "secret of alice", "2001:db8:0:1::1"))
                .isEqualTo(person("alice"));
    }

    @Test
    void rightPasswordsCostNoGuesses() {
        LdapAuthenticator authenticator = create();
        for (int i = 0; i < 30; i++) {
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(directory.userBinds()).hasSize(30);
    }
}
