package io.gatehouse.plugin.kubernetes.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessReviewTest {

    private static final String YES = "{\"allowed\":true,\"reason\":\"RBAC: yes\"}";
    private static final String NO = "{\"allowed\":false,\"reason\":\"RBAC: no\"}";

    private final TestClock clock = new TestClock();
    private final FakeApiServer server = new FakeApiServer(FakeApiServer.status(YES));
    private final TestSettings settings = TestSettings.of(new AccessReviewFactory());

    private Authorizer authorizer() {
        return new AccessReviewFactory()
                .create(settings, new TestContext("rbac", Path.of("."), clock).withClusters(server));
    }

    @Test
    void asksWithEverythingThatMatters() {
        Identity identity = AccessRequests.ALICE.withUid("u1").withExtra(Map.of("scopes", List.of("a", "b")));
        KubernetesAction action = new KubernetesAction(
                true, "list", "apps", "v1", "d", "deployments", "", "", "/x", "metadata.name=x,spec.y!=z", "a=b,c");
        assertThat(authorizer().authorize(AccessRequests.of(identity, action)))
                .isEqualTo(Decision.allow("prod: RBAC: yes"));
        assertThat(server.last().path()).isEqualTo("/apis/authorization.k8s.io/v1/subjectaccessreviews");
        assertThat(server.last().review())
                .hasToString("{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SubjectAccessReview\",\"spec\":{"
                        + "\"resourceAttributes\":{\"namespace\":\"d\",\"verb\":\"list\",\"group\":\"apps\","
                        + "\"version\":\"v1\",\"resource\":\"deployments\",\"fieldSelector\":{\"requirements\":["
                        + "{\"key\":\"metadata.name\",\"operator\":\"In\",\"values\":[\"x\"]},"
                        + "{\"key\":\"spec.y\",\"operator\":\"NotIn\",\"values\":[\"z\"]}]},"
                        + "\"labelSelector\":{\"requirements\":["
                        + "{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\"]},"
                        + "{\"key\":\"c\",\"operator\":\"Exists\"}]}},"
                        + "\"user\":\"alice\",\"uid\":\"u1\",\"groups\":[\"dev\",\"system:authenticated\"],"
                        + "\"extra\":{\"scopes\":[\"a\",\"b\"]}}}");
    }

    @Test
    void asksAboutPaths() {
        authorizer()
                .authorize(AccessRequests.of(AccessRequests.ALICE, KubernetesAction.nonResource("get", "/version")));
        assertThat(server.last().spec().get("nonResourceAttributes"))
                .hasToString("{\"path\":\"/version\",\"verb\":\"get\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /metrics, get, /metrics",
        "HEAD, /a%20b+c, get, /a b+c",
        "POST, /x, create, /x",
        "PUT, /x, update, /x",
        "PATCH, /x, patch, /x",
        "DELETE, /x, delete, /x",
        "OPTIONS, /x, *, /x"
    })
    void asksAboutThePathsOfOtherServices(String method, String path, String verb, String asked) {
        settings.with(AccessReviewFactory.CLUSTER, "prod");
        authorizer().authorize(AccessRequests.web(method, path, "", Map.of()));
        assertThat(server.last().cluster()).isEqualTo("prod");
        assertThat(server.last().spec().get("nonResourceAttributes"))
                .hasToString("{\"path\":\"" + asked + "\",\"verb\":\"" + verb + "\"}");
    }

    @Test
    void oneReviewCarriesAllGroups() {
        List<String> groups =
                IntStream.range(0, 250).mapToObj(i -> "group-" + i).toList();
        Authorizer authorizer = authorizer();
        authorizer.authorize(AccessRequests.of(AccessRequests.ALICE.withGroups(groups), AccessRequests.LIST_PODS));
        assertThat(server.calls()).isEqualTo(1);
        assertThat(server.last().spec().getAsJsonArray("groups")).hasSize(251);
    }

    @Test
    void doesNotCallNobodyAuthenticated() {
        Identity anonymous = Identity.of("system:anonymous", "anonymous").withGroups(List.of("system:unauthenticated"));
        authorizer().authorize(AccessRequests.of(anonymous, AccessRequests.LIST_PODS));
        assertThat(server.last().spec().get("groups")).hasToString("[\"system:unauthenticated\"]");
    }

    /** kubernetes-semantics 5.7. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"allowed\":true}|Allow[reason=prod: no reason given]",
                "{\"allowed\":true,\"reason\":\"r\",\"newer\":[1]}|Allow[reason=prod: r]",
                "{\"allowed\":true,\"denied\":true,\"reason\":\"r\"}|Deny[reason=prod: r (it says allowed and denied)]",
                "{\"denied\":true,\"reason\":\"r\"}|Deny[reason=prod: r]",
                "{\"allowed\":false,\"reason\":\"r\"}|NoOpinion[reason=prod: r]",
                "{\"allowed\":false,\"reason\":\"r\",\"evaluationError\":\"e\"}|NoOpinion[reason=prod: r (e)]",
                "{}|NoOpinion[reason=prod: no reason given]",
                "{\"allowed\":true,\"evaluationError\":\"e\"}|Unavailable[reason=the SubjectAccessReview of prod failed:"
                        + " the answer allows and has an error]",
                "{\"allowed\":\"true\"}|Unavailable[reason=the SubjectAccessReview of prod failed: allowed is not true or"
                        + " false]"
            })
    void judgesTheAnswer(String status, String decision) {
        server.play(FakeApiServer.status(status));
        assertThat(authorizer().authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                .hasToString(decision);
    }

    @Test
    void anErrorIsNeverAnAllowAndNeverRemembered() {
        Authorizer authorizer = authorizer();
        server.play(FakeApiServer.down());
        for (int i = 0; i < 3; i++) {
            assertThat(authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                    .isEqualTo(Decision.unavailable(
                            "the SubjectAccessReview of prod failed: target prod can not be reached"));
        }
        assertThat(server.calls()).isEqualTo(3);
        server.play(asked -> new ClusterCalls.Answer(201, "{\"kind\":\"TokenReview\",\"status\":{\"allowed\":true}}"));
        assertThat(authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                .isInstanceOf(Decision.Unavailable.class);
    }

    /** kube-apiserver 1.35 and newer; the host has made it a create. */
    @ParameterizedTest
    @CsvSource({
        "GET, websocket, exec, get create",
        "GET, websocket, attach, get create",
        "GET, websocket, portforward, get create",
        "POST, spdy/3.1, exec, create",
        "GET, websocket, log, create",
        "GET, '', exec, create"
    })
    void asksForBothVerbsOfAStream(String method, String upgrade, String subresource, String verbs) {
        authorizer()
                .authorize(AccessRequests.of(
                        AccessRequests.ALICE,
                        "prod",
                        method,
                        AccessRequests.pods("create", subresource, "p"),
                        Optional.of(upgrade).filter(text -> !text.isEmpty())));
        assertThat(server.all().stream()
                        .map(asked -> asked.spec()
                                .getAsJsonObject("resourceAttributes")
                                .get("verb")
                                .getAsString()))
                .containsExactly(verbs.split(" "));
    }

    @Test
    void aStreamNeedsBothVerbs() {
        for (String refused : List.of("get", "create")) {
            server.play(asked -> FakeApiServer.created(
                    asked, asked.spec().toString().contains("\"verb\":\"" + refused + "\"") ? NO : YES));
            assertThat(authorizer()
                            .authorize(AccessRequests.of(
                                    AccessRequests.ALICE,
                                    "prod",
                                    "GET",
                                    AccessRequests.pods("create", "exec", "p"),
                                    Optional.of("websocket"))))
                    .isEqualTo(Decision.noOpinion("prod: RBAC: no"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {YES + "|300", NO + "|30", "{\"denied\":true}|30"})
    void remembersForItsTime(String status, int seconds) {
        server.play(FakeApiServer.status(status));
        Authorizer authorizer = authorizer();
        for (int i = 0; i < 1000; i++) {
            authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS));
        }
        clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
        authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS));
        assertThat(server.calls()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS));
        assertThat(server.calls()).isEqualTo(2);
    }

    /** Ten thousand questions out of a few values each: the answer is always the one to that very question. */
    @Test
    void neverAnswersAnotherQuestion() {
        server.play(asked -> FakeApiServer.created(
                asked,
                "{\"allowed\":true,\"reason\":\""
                        + truth(asked.cluster(), asked.spec().toString()) + "\"}"));
        settings.with(AccessReviewFactory.REVIEWS.perSecond(), 10_000)
                .with(AccessReviewFactory.REVIEWS.burst(), 10_000);
        Authorizer authorizer = authorizer();
        Random random = new Random(7);
        Map<String, Boolean> questions = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            clock.advance(Duration.ofMillis(1));
            Identity identity = identity(random);
            KubernetesAction action = action(random);
            String target = pick(random, "a", "ab");
            String spec = AccessSpec.of(identity, action).toString();
            questions.put(target + spec, true);
            Decision decision =
                    authorizer.authorize(AccessRequests.of(identity, target, "GET", action, Optional.empty()));
            assertThat(decision).isEqualTo(Decision.allow(target + ": " + truth(target, spec)));
        }
        assertThat(server.calls()).isEqualTo(questions.size()).isLessThan(10_000);
    }

    private static String truth(String cluster, String spec) {
        return cluster + "-" + spec.replaceAll("[^A-Za-z0-9:,\\[\\]{}]", "'");
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }

    private static Identity identity(Random random) {
        Identity identity = Identity.of(pick(random, "a", "b"), "basic")
                .withGroups(random.nextBoolean() ? List.of("g,h") : List.of("g", "h"));
        identity = random.nextBoolean() ? identity.withUid(pick(random, "a", "b")) : identity;
        return random.nextBoolean() ? identity.withExtra(Map.of("x", List.of(pick(random, "a", "b")))) : identity;
    }

    private static KubernetesAction action(Random random) {
        if (random.nextInt(10) == 0) {
            return KubernetesAction.nonResource(pick(random, "get", "post"), pick(random, "/a", "/b"));
        }
        return new KubernetesAction(
                true,
                pick(random, "get", "list"),
                pick(random, "", "apps"),
                pick(random, "v1", "v2"),
                pick(random, "", "a"),
                pick(random, "a", "b"),
                pick(random, "", "a"),
                pick(random, "", "a"),
                "",
                pick(random, "", "a=b"),
                pick(random, "", "a=b"));
    }

    @Test
    void aUserHasAShareOfTheBudget() {
        settings.with(AccessReviewFactory.REVIEWS.perSecond(), 10).with(AccessReviewFactory.REVIEWS.burst(), 20);
        Authorizer authorizer = authorizer();
        for (int i = 0; i < 6_000; i++) {
            clock.advance(Duration.ofMillis(10));
            authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.pods("get", "", "p" + i)));
        }
        assertThat(server.calls()).as("a quarter of the budget").isBetween(150, 155);
        Decision others =
                authorizer.authorize(AccessRequests.of(Identity.of("bob", "basic"), AccessRequests.LIST_PODS));
        assertThat(others).isInstanceOf(Decision.Allow.class);
    }

    @Test
    void servesStaleOnlyWhenToldTo() {
        settings.with(AccessReviewFactory.REVIEWS.stale(), Duration.ofHours(1));
        Authorizer authorizer = authorizer();
        authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS));
        server.play(FakeApiServer.down());
        clock.advance(Duration.ofMinutes(64));
        assertThat(authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                .isEqualTo(Decision.allow("prod: RBAC: yes"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(authorizer.authorize(AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                .isInstanceOf(Decision.Unavailable.class);
    }

    @Test
    void namesEveryBoundThatIsExceeded() {
        settings.with(AccessReviewFactory.REVIEWS.granted(), Duration.ofHours(2))
                .with(AccessReviewFactory.REVIEWS.refused(), Duration.ofHours(1))
                .with(AccessReviewFactory.REVIEWS.stale(), Duration.ofDays(2))
                .with(AccessReviewFactory.REVIEWS.size(), 0)
                .with(AccessReviewFactory.REVIEWS.perSecond(), 0)
                .with(AccessReviewFactory.REVIEWS.burst(), 10_001);
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(this::authorizer)
                .satisfies(e -> assertThat(e.problems())
                        .extracting(problem -> problem.message())
                        .containsExactly(
                                "expected at most 1h",
                                "expected at most 10m",
                                "expected at most 24h",
                                "expected 1 to 1000000",
                                "expected 1 to 10000",
                                "expected 1 to 10000"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a in (b, c),!d,e!=f,g=|a In[\"b\",\"c\"] d DoesNotExist e NotIn[\"f\"] g In[\"\"]",
                "example.com/x notin (y)|example.com/x NotIn[\"y\"]",
                "z in(c,a,c),y|y Exists z In[\"a\",\"c\"]",
                "a in ()|a In[\"\"]",
                "a in (b,)|a In[\"\",\"b\"]",
                "in in (in,notin)|in In[\"in\",\"notin\"]",
                "a>1,b=c,d<2|b In[\"c\"]",
                "a>1|",
                "a>x,b=c|",
                "a>,b=c|",
                "b=c,a,,d|",
                "b=c,|",
                "b=c,a in (b|",
                "b=c,a in (b,,)|",
                "b=c,!a=x|",
                "b=c,a.|",
                "b=c,a=x/y|"
            })
    void readsLabelSelectors(String selector, String requirements) {
        String told = SelectorRequirements.ofLabels(selector)
                .map(found -> found.getAsJsonArray("requirements").asList().stream()
                        .map(one -> one.getAsJsonObject().get("key").getAsString() + " "
                                + one.getAsJsonObject().get("operator").getAsString()
                                + (one.getAsJsonObject().has("values")
                                        ? one.getAsJsonObject().get("values").toString()
                                        : ""))
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""))
                .orElse(null);
        assertThat(told).isEqualTo(requirements);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d==e,a=b\\,c,f!=g|a In b,c d In e f NotIn g",
                "spec.x y=1,,a=|a In  spec.x y In 1",
                "a!==b|",
                "a|",
                "x=y,a>1|",
                "a=b=c|",
                "a=\\x|",
                ",|",
                "=|"
            })
    void readsFieldSelectors(String selector, String values) {
        String told = SelectorRequirements.ofFields(selector)
                .map(found -> found.getAsJsonArray("requirements").asList().stream()
                        .map(one -> one.getAsJsonObject().get("key").getAsString() + " "
                                + one.getAsJsonObject().get("operator").getAsString() + " "
                                + one.getAsJsonObject()
                                        .getAsJsonArray("values")
                                        .get(0)
                                        .getAsString())
                        .reduce((a, b) -> a + " " + b)
                        .orElse(""))
                .orElse(null);
        assertThat(told).isEqualTo(values);
    }
}
