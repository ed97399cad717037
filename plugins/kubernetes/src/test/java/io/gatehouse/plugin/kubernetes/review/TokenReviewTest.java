package io.gatehouse.plugin.kubernetes.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenReviewTest {

    private static final String ALICE = "{\"authenticated\":true,\"user\":{\"username\":\"alice\",\"uid\":\"u1\","
            + "\"groups\":[\"dev\",\"system:authenticated\"],\"extra\":{\"Scopes\":[\"a\"],\"scopes\":[\"b\"]}}}";
    private static final String NOBODY = "{\"authenticated\":false,\"error\":\"invalid bearer token\"}";

    private final TestClock clock = new TestClock();
    private final FakeApiServer server = new FakeApiServer(FakeApiServer.status(ALICE));
    private final TestSettings settings = TestSettings.of(new TokenReviewFactory());

    private Authenticator authenticator() {
        return new TokenReviewFactory()
                .create(settings, new TestContext("review", Path.of("."), clock).withClusters(server));
    }

    private static RequestView on(String target, String address) {
        return new RequestView() {
            @Override
            public String target() {
                return target;
            }

            @Override
            public String method() {
                return "GET";
            }

            @Override
            public String path() {
                return "/";
            }

            @Override
            public InetAddress clientAddress() {
                try {
                    return InetAddress.getByName(address);
                } catch (UnknownHostException e) {
                    throw new IllegalArgumentException(e);
                }
            }

            @Override
            public List<String> headers(String name) {
                return List.of();
            }
        };
    }

    private static AuthenticationResult ask(Authenticator authenticator, String token) {
        return ask(authenticator, token, "prod", "10.0.0.1");
    }

    private static AuthenticationResult ask(Authenticator authenticator, String token, String target, String address) {
        return authenticator.authenticate(new Credential.Bearer(Secret.of(token)), on(target, address));
    }

    private static Identity identity(AuthenticationResult result) {
        return ((AuthenticationResult.Authenticated) result).identity();
    }

    private static String jwt(Instant end) {
        return "h."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(("{\"exp\":" + end.getEpochSecond() + "}").getBytes(StandardCharsets.UTF_8))
                + ".s";
    }

    @Test
    void asksAndBelieves() {
        Identity alice = identity(ask(authenticator(), "t"));
        assertThat(alice)
                .isEqualTo(Identity.of("alice", "token-review")
                        .withUid("u1")
                        .withGroups(List.of("dev", "system:authenticated"))
                        .withExtra(Map.of("scopes", List.of("a", "b"))));
        assertThat(server.last().cluster()).isEqualTo("prod");
        assertThat(server.last().path()).isEqualTo("/apis/authentication.k8s.io/v1/tokenreviews");
        assertThat(server.last().review())
                .hasToString("{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\","
                        + "\"spec\":{\"token\":\"t\"}}");
    }

    @Test
    void mapsEverySetting() {
        settings.with(TokenReviewFactory.CLUSTER, "other")
                .with(TokenReviewFactory.AUDIENCES, List.of("gate", "old"))
                .with(TokenReviewFactory.USER_PREFIX, "o:")
                .with(TokenReviewFactory.GROUP_PREFIX, "og:");
        server.play(FakeApiServer.status(ALICE.replace("true,", "true,\"audiences\":[\"x\",\"gate\"],")));
        Identity alice = identity(ask(authenticator(), "t"));
        assertThat(alice.user()).isEqualTo("o:alice");
        assertThat(alice.groups()).containsExactly("og:dev", "og:system:authenticated");
        assertThat(server.last().cluster()).isEqualTo("other");
        assertThat(server.last().spec().get("audiences")).hasToString("[\"gate\",\"old\"]");
    }

    @Test
    void leavesOtherCredentialsAndUnknownTokensToTheNext() {
        Authenticator authenticator = authenticator();
        assertThat(authenticator.authenticate(new Credential.Basic("a", Secret.of("b")), on("prod", "10.0.0.1")))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(server.calls()).isZero();
        for (String status : List.of(NOBODY, "{}", "{\"authenticated\":null}")) {
            server.play(FakeApiServer.status(status));
            assertThat(ask(authenticator, status)).isEqualTo(AuthenticationResult.notMine());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"audiences\":[],", "\"audiences\":[\"api\"],"})
    void refusesATokenForOthers(String audiences) {
        settings.with(TokenReviewFactory.AUDIENCES, List.of("gate"));
        server.play(FakeApiServer.status(ALICE.replace("true,", "true," + audiences)));
        assertThat(ask(authenticator(), "t")).isEqualTo(AuthenticationResult.rejected("the token is not for gate"));
    }

    /** A newer API server says more, an older one less. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\":{\"authenticated\":true,\"user\":{\"username\":\"alice\"}}}",
                "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v2\",\"new\":{\"a\":[1]},"
                        + "\"status\":{\"authenticated\":true,\"newer\":1,\"user\":{\"username\":\"alice\",\"more\":[],"
                        + "\"groups\":null,\"extra\":null,\"uid\":null},\"error\":\"\"}}"
            })
    void livesWithMoreOrFewerFields(String body) {
        server.play(asked -> new ClusterCalls.Answer(200, body));
        assertThat(identity(ask(authenticator(), "t")).user()).isEqualTo("alice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|<html>login</html>|the answer is not a JSON object",
                "201|{\"status\":{\"authenticated\":true,|the answer is not a JSON object",
                "201|{'status':{authenticated:true}}|the answer is not a JSON object",
                "201|{} {}|the answer is not a JSON object",
                "201|[]|the answer is not a JSON object",
                "201|''|the answer is not a JSON object",
                "201|{}|the answer has no status",
                "201|{\"status\":\"Failure\"}|status is not an object",
                "201|{\"kind\":\"Status\",\"status\":{}}|the answer is no TokenReview",
                "201|{\"kind\":\"TokenReview\",\"apiVersion\":\"v1\",\"status\":{}}|the answer is no TokenReview",
                "201|{\"status\":{\"authenticated\":\"true\"}}|authenticated is not true or false",
                "201|{\"status\":{\"authenticated\":1}}|authenticated is not true or false",
                "201|{\"status\":{\"authenticated\":true}}|the answer says authenticated and has no user",
                "201|{\"status\":{\"authenticated\":true,\"user\":{}}}|the answer says authenticated and has no user name",
                "201|{\"status\":{\"authenticated\":true,\"user\":{\"username\":7}}}|username is not a text",
                "201|{\"status\":{\"authenticated\":true,\"user\":{\"username\":\"a\",\"groups\":\"g\"}}}|groups is not a list",
                "201|{\"status\":{\"authenticated\":true,\"user\":{\"username\":\"a\",\"groups\":[null]}}}|groups is not a text",
                "201|{\"status\":{\"authenticated\":true,\"error\":\"no\",\"user\":{\"username\":\"a\"}}}|the answer says authenticated and has an error",
                "302|{}|the API server answered 302",
                "403|{}|the API server answered 403; the target's own account needs the right to create tokenreviews",
                "404|{}|the API server answered 404",
                "429|{}|the API server answered 429",
                "503|{}|the API server answered 503"
            })
    void believesNoOtherAnswerAndRemembersNone(int status, String body, String reason) {
        server.play(asked -> new ClusterCalls.Answer(status, body));
        Authenticator authenticator = authenticator();
        for (int i = 0; i < 3; i++) {
            assertThat(ask(authenticator, "t"))
                    .isEqualTo(AuthenticationResult.unavailable("the TokenReview of prod failed: " + reason));
        }
        assertThat(server.calls()).isEqualTo(3);
        server.play(FakeApiServer.status(ALICE));
        assertThat(identity(ask(authenticator, "t")).user()).isEqualTo("alice");
    }

    @Test
    void remembersForItsTime() {
        Authenticator authenticator = authenticator();
        for (int i = 0; i < 1000; i++) {
            ask(authenticator, "t");
        }
        assertThat(server.calls()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(119));
        ask(authenticator, "t");
        assertThat(server.calls()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        ask(authenticator, "t");
        assertThat(server.calls()).isEqualTo(2);
    }

    /** What was true when it was asked may have changed while the answer came. */
    @Test
    void countsFromWhenItAsked() {
        server.play(asked -> {
            clock.advance(Duration.ofSeconds(8));
            return FakeApiServer.created(asked, ALICE);
        });
        Authenticator authenticator = authenticator();
        ask(authenticator, "t");
        clock.advance(Duration.ofSeconds(111));
        ask(authenticator, "t");
        assertThat(server.calls()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        ask(authenticator, "t");
        assertThat(server.calls()).isEqualTo(2);
    }

    /** Else whoever has an old token could ask without end. */
    @Test
    void aTokenThatHasEndedIsAGuessAgain() {
        String token = jwt(clock.instant().plusSeconds(30));
        settings.with(TokenReviewFactory.REVIEWS.burst(), 10);
        Authenticator authenticator = authenticator();
        ask(authenticator, token);
        clock.advance(Duration.ofSeconds(31));
        server.play(FakeApiServer.down());
        for (int i = 0; i < 100; i++) {
            ask(authenticator, token);
        }
        assertThat(server.calls()).isEqualTo(1 + 10);
    }

    @Test
    void remembersRefusalsShorter() {
        server.play(FakeApiServer.status(NOBODY));
        Authenticator authenticator = authenticator();
        ask(authenticator, "t");
        clock.advance(Duration.ofMillis(9_999));
        ask(authenticator, "t");
        assertThat(server.calls()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        server.play(FakeApiServer.status(ALICE));
        assertThat(identity(ask(authenticator, "t")).user()).isEqualTo("alice");
    }

    @Test
    void neverRemembersPastTheTokensEnd() {
        String token = jwt(clock.instant().plusSeconds(30));
        settings.with(TokenReviewFactory.REVIEWS.stale(), Duration.ofHours(1));
        Authenticator authenticator = authenticator();
        assertThat(identity(ask(authenticator, token)).expires())
                .contains(clock.instant().plusSeconds(30));
        clock.advance(Duration.ofSeconds(30));
        server.play(FakeApiServer.down());
        assertThat(ask(authenticator, token)).isInstanceOf(AuthenticationResult.Unavailable.class);
        server.play(FakeApiServer.status(NOBODY));
        clock.advance(Duration.ofSeconds(5));
        assertThat(ask(authenticator, token)).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void servesStaleOnlyWhenToldTo() {
        Authenticator plain = authenticator();
        Authenticator stale = new TokenReviewFactory()
                .create(
                        settings.with(TokenReviewFactory.REVIEWS.stale(), Duration.ofMinutes(10)),
                        new TestContext("review", Path.of("."), clock).withClusters(server));
        ask(plain, "t");
        ask(stale, "t");
        server.play(FakeApiServer.down());
        clock.advance(Duration.ofMinutes(2));
        assertThat(ask(plain, "t"))
                .isEqualTo(AuthenticationResult.unavailable(
                        "the TokenReview of prod failed: target prod can not be reached"));
        int before = server.calls();
        for (int i = 0; i < 100; i++) {
            assertThat(identity(ask(stale, "t")).user()).isEqualTo("alice");
        }
        assertThat(server.calls()).as("nobody waits again for what is down").isEqualTo(before + 1);
        assertThat(ask(stale, "unknown")).isInstanceOf(AuthenticationResult.Unavailable.class);
        clock.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(identity(ask(stale, "t")).user()).isEqualTo("alice");
        clock.advance(Duration.ofMillis(1));
        assertThat(ask(stale, "t")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    @Test
    void servesNothingStaleWhenTheApiServerAnswers() {
        settings.with(TokenReviewFactory.REVIEWS.stale(), Duration.ofHours(1));
        Authenticator authenticator = authenticator();
        ask(authenticator, "t");
        clock.advance(Duration.ofMinutes(2));
        server.play(asked -> new ClusterCalls.Answer(200, "<html>"));
        assertThat(ask(authenticator, "t")).isInstanceOf(AuthenticationResult.Unavailable.class);
        server.play(FakeApiServer.status(NOBODY));
        assertThat(ask(authenticator, "t")).isEqualTo(AuthenticationResult.notMine());
        server.play(FakeApiServer.down());
        clock.advance(Duration.ofMinutes(1));
        assertThat(ask(authenticator, "t")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }

    @Test
    void aTokenOfOneClusterIsNothingOnAnother() {
        server.play(asked -> FakeApiServer.created(asked, asked.cluster().equals("prod") ? ALICE : NOBODY));
        Authenticator authenticator = authenticator();
        assertThat(identity(ask(authenticator, "t", "prod", "10.0.0.1")).user()).isEqualTo("alice");
        assertThat(ask(authenticator, "t", "dev", "10.0.0.1")).isEqualTo(AuthenticationResult.notMine());
        assertThat(identity(ask(authenticator, "t", "prod", "10.0.0.1")).user()).isEqualTo("alice");
        assertThat(server.calls()).isEqualTo(2);
    }

    @Test
    void equalQuestionsMakeOneCall() throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        server.play(asked -> {
            asking.countDown();
            await(answering);
            return FakeApiServer.created(asked, ALICE);
        });
        Authenticator authenticator = authenticator();
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            List<Future<AuthenticationResult>> answers = new ArrayList<>();
            Callable<AuthenticationResult> question = () -> ask(authenticator, "t");
            for (int i = 0; i < 20; i++) {
                answers.add(threads.submit(question));
            }
            await(asking);
            answering.countDown();
            for (Future<AuthenticationResult> answer : answers) {
                assertThat(identity(answer.get(10, TimeUnit.SECONDS)).user()).isEqualTo("alice");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.calls()).isEqualTo(1);
    }

    /** One slow cluster holds so many threads and no more; the others are served. */
    @Test
    void fewWaitForASlowCluster() throws Exception {
        settings.with(TokenReviewFactory.REVIEWS.burst(), 1000);
        CountDownLatch waiting = new CountDownLatch(WaitingRoom.FOR_A_CLUSTER);
        CountDownLatch answering = new CountDownLatch(1);
        server.play(asked -> {
            if (asked.cluster().equals("slow")) {
                waiting.countDown();
                await(answering);
            }
            return FakeApiServer.created(asked, ALICE);
        });
        Authenticator authenticator = authenticator();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < WaitingRoom.FOR_A_CLUSTER; i++) {
                String n = Integer.toString(i);
                threads.submit(() -> ask(authenticator, n, "slow", "10.1.0." + n));
            }
            await(waiting);
            assertThat(ask(authenticator, "t", "slow", "10.0.0.1"))
                    .isEqualTo(AuthenticationResult.unavailable("too many requests wait for reviews of slow"));
            assertThat(identity(ask(authenticator, "t", "prod", "10.0.0.1")).user())
                    .isEqualTo("alice");
        } finally {
            answering.countDown();
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Attack K4: a minute of 300 unknown tokens a second. */
    @ParameterizedTest
    @CsvSource({"1, 80", "1000, 3100"})
    void unknownTokensCostABoundedNumberOfCalls(int addresses, int most) {
        server.play(asked -> FakeApiServer.created(
                asked, asked.spec().get("token").getAsString().equals("good") ? ALICE : NOBODY));
        Authenticator authenticator = authenticator();
        assertThat(identity(ask(authenticator, "good")).user()).isEqualTo("alice");
        int before = server.calls();
        for (int i = 0; i < 300 * 60; i++) {
            if (i % 3 == 0) {
                clock.advance(Duration.ofMillis(10));
            }
            String address = "10.1." + i % addresses / 250 + "." + i % addresses % 250;
            assertThat(ask(authenticator, "unknown" + i, "prod", address))
                    .isNotInstanceOf(AuthenticationResult.Authenticated.class);
        }
        assertThat(server.calls() - before).isLessThanOrEqualTo(most).isGreaterThan(most * 9 / 10);
        clock.advance(Duration.ofMinutes(2));
        assertThat(identity(ask(authenticator, "good", "prod", "10.1.0.0")).user())
                .as("who is known is not locked out, wherever the flood comes from")
                .isEqualTo("alice");
    }

    @Test
    void oneUnknownTokenAtThreeHundredASecondIsAskedAboutEveryTenSeconds() {
        server.play(FakeApiServer.status(NOBODY));
        Authenticator authenticator = authenticator();
        for (int i = 0; i < 300 * 60; i++) {
            ask(authenticator, "unknown");
            clock.advance(Duration.ofNanos(3_333_333));
        }
        assertThat(server.calls()).isBetween(5, 7);
    }
}
