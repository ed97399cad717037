package io.gatehouse.plugin.acl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two policies that say the opposite, asked by many threads at once: no decision of one leaks into the other. */
class AclConcurrencyTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 62_500;

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void aMillionDecisionsDoNotMix() throws Exception {
        Authorizer first = AclTesting.acl(
                "g, user:alice, role:r", "p, role:r, prod, /a/*, GET, allow", "p, user:bob, prod, /a/*, GET, deny");
        Authorizer second = AclTesting.acl(
                "g, user:bob, role:r", "p, role:r, prod, /a/*, GET, allow", "p, user:alice, prod, /a/*, GET, deny");
        AccessRequest alice = AclTesting.request(AclTesting.identity("alice"), "GET", "prod", "/a/b");
        AccessRequest bob = AclTesting.request(AclTesting.identity("bob"), "GET", "prod", "/a/b");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> wrong = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Authorizer own = thread % 2 == 0 ? first : second;
                AccessRequest friend = thread % 2 == 0 ? alice : bob;
                AccessRequest stranger = thread % 2 == 0 ? bob : alice;
                wrong.add(threads.submit(() -> {
                    int mistakes = 0;
                    for (int round = 0; round < ROUNDS; round++) {
                        mistakes += own.authorize(friend).equals(Decision.allow("policy.csv:2")) ? 0 : 1;
                        mistakes += own.authorize(stranger).equals(Decision.deny("policy.csv:3")) ? 0 : 1;
                    }
                    return mistakes;
                }));
            }
            for (Future<Integer> mistakes : wrong) {
                assertThat(mistakes.get()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
