package io.gatehouse.plugin.kubernetes.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration of kube-rbac-proxy, after its own tests and examples. */
class RbacProxyConfigTest {

    private static final String FIXED = """
            authorization:
              resourceAttributes:
                apiVersion: v1
                resource: services
                subresource: proxy
                namespace: default
                name: kube-rbac-proxy
            """;
    private static final String REWRITE = """
            authorization:
              rewrites:
                byQueryParameter: {name: "namespace"}
                byHttpHeader:
                  name: "X-Namespace"
              resourceAttributes:
                apiVersion: metrics.k8s.io/v1beta1
                resource: pods
                namespace: "{{ .Value }}"
            """;
    private static final String STATIC = """
            authorization:
              static:
                - user:
                    name: alice
                  verb: get
                  path: /metrics
                - resourceRequest: true
                  user: {groups: [dev, ops]}
                  resource: pods
                  namespace: d
            """;

    private final FakeApiServer server = new FakeApiServer(asked -> FakeApiServer.created(
            asked, "{\"allowed\":" + !asked.spec().toString().contains("secret") + ",\"reason\":\"r\"}"));

    private static TestSettings settings(String text) {
        return TestSettings.of(new AccessReviewFactory())
                .with(AccessReviewFactory.CLUSTER, "prod")
                .with(
                        AccessReviewFactory.CONFIG,
                        new ConfigFile(Path.of("/home/krp.yaml"), text.getBytes(StandardCharsets.UTF_8)));
    }

    private Authorizer authorizer(String text) {
        return new AccessReviewFactory()
                .create(settings(text), new TestContext("rbac", Path.of("."), new TestClock()).withClusters(server));
    }

    private Decision ask(String config, AccessRequest request) {
        return authorizer(config).authorize(request);
    }

    private static AccessRequest get(String query, String... namespaces) {
        return AccessRequests.web(
                "GET",
                "/api/v1/query",
                query,
                namespaces.length == 0 ? Map.of() : Map.of("x-namespace", List.of(namespaces)));
    }

    private List<String> asked(String field) {
        return server.all().stream()
                .map(one -> one.spec()
                        .getAsJsonObject("resourceAttributes")
                        .get(field)
                        .getAsString())
                .toList();
    }

    @Test
    void fixedAttributesStandForEveryRequest() {
        assertThat(ask(FIXED, get("namespace=x"))).isEqualTo(Decision.allow("prod: r"));
        assertThat(server.last().spec().get("resourceAttributes"))
                .hasToString("{\"namespace\":\"default\",\"verb\":\"get\",\"version\":\"v1\",\"resource\":\"services\","
                        + "\"subresource\":\"proxy\",\"name\":\"kube-rbac-proxy\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "authorization: {}\n", "authorization:\n", "{}"})
    void withoutAttributesThePathIsAsked(String config) {
        ask(config, get(""));
        assertThat(server.last().spec().get("nonResourceAttributes"))
                .hasToString("{\"path\":\"/api/v1/query\",\"verb\":\"get\"}");
    }

    @Test
    void eachValueIsOneReview() {
        assertThat(ask(REWRITE, get("a=1&namespace=one&n%61mespace=t%77o&namespace=one", "three", "four")))
                .isEqualTo(Decision.allow("prod: r"));
        assertThat(asked("namespace")).containsExactly("one", "two", "three", "four");
        assertThat(asked("resource")).containsOnly("pods");
    }

    @Test
    void allMustBeAllowed() {
        assertThat(ask(REWRITE, get("namespace=one&namespace=secret&namespace=two")))
                .isEqualTo(Decision.noOpinion("prod: r"));
        assertThat(ask(REWRITE, get("namespace=one", "secret"))).isEqualTo(Decision.noOpinion("prod: r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=namespace", "Namespace=x", "namespace[]=x"})
    void withoutAnyValueTheRequestIsInvalid(String query) {
        assertThat(ask(REWRITE, get(query)))
                .hasToString(
                        "Invalid[reason=the query parameter namespace or the header x-namespace is missing, message=the query"
                                + " parameter namespace or the header x-namespace is missing]");
        assertThat(server.calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace",
                "namespace=",
                "namespace=*",
                "namespace=a/b",
                "namespace=a%2fb",
                "namespace=..",
                "namespace=A",
                "namespace=a,b",
                "namespace=a+b",
                "namespace=a%00",
                "namespace=a%0a",
                "namespace={{.Value}}",
                "namespace=ok&namespace=",
                "namespace=ok;namespace=other",
                "a=1;b&namespace=ok",
                "namespace=ok&x=%zz",
                "namespace=ok&x=%f",
                "namespace=%ff",
                "namespace=-a"
            })
    void aValueCanNameNothingElse(String query) {
        assertThat(ask(REWRITE, get(query))).isInstanceOf(Decision.Invalid.class);
        assertThat(server.calls()).isZero();
    }

    @Test
    void thereAreNotEndlessReviews() {
        StringBuilder query = new StringBuilder("namespace=a");
        for (int i = 0; i < FixedAttributes.MOST_VALUES; i++) {
            query.append("&namespace=n").append(i);
        }
        assertThat(ask(REWRITE, get(query.toString()))).isInstanceOf(Decision.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({
        "resource, pods, true",
        "resource, pods/exec, false",
        "resource, Pods, false",
        "subresource, log, true",
        "apiGroup, metrics.k8s.io, true",
        "apiGroup, a/v1, false",
        "apiVersion, v1beta1, true",
        "name, system:x.y-Z, true",
        "name, a/b, false",
        "name, a%b, false"
    })
    void aValueIsOfItsFieldsKind(String field, String value, boolean fits) throws InvalidRequest {
        String config = "authorization: {rewrites: {byHttpHeader: {name: x-namespace}}, resourceAttributes: {" + field
                + ": \"{{.Value}}\"}}";
        assertThat(ask(config, get("", value))).isInstanceOf(fits ? Decision.Allow.class : Decision.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({"x, true", "'', false", "-x, false", "x-, false", "X, false", "'a b', false"})
    void aValueBesideATextIsANameByItself(String value, boolean fits) {
        String config = "authorization: {rewrites: {byHttpHeader: {name: x-namespace}}, resourceAttributes: {namespace:"
                + " \"team-{{ .Value }}-x\"}}";
        assertThat(ask(config, get("", value))).isInstanceOf(fits ? Decision.Allow.class : Decision.Invalid.class);
        if (fits) {
            assertThat(asked("namespace")).containsExactly("team-x-x");
        }
    }

    @Test
    void allReviewsOfARequestHaveOneTime() {
        TestClock clock = new TestClock();
        server.play(asked -> {
            clock.advance(Duration.ofSeconds(6));
            return FakeApiServer.created(asked, "{\"allowed\":true}");
        });
        Authorizer slow = new AccessReviewFactory()
                .create(settings(REWRITE), new TestContext("rbac", Path.of("."), clock).withClusters(server));
        assertThat(slow.authorize(get("namespace=one&namespace=two&namespace=three")))
                .isEqualTo(Decision.unavailable("the reviews of one request took too long"));
        assertThat(asked("namespace")).containsExactly("one", "two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Cookie", "Host", "Impersonate-User", "X-Remote-Group", "X-Forwarded-For", "X Tenant", "Tenant:"
            })
    void noHeaderIsJudgedByThatIsNotTheClients(String name) {
        String config = "authorization: {rewrites: {byHttpHeader: {name: \"" + name + "\"}}, resourceAttributes: {}}";
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> authorizer(config))
                .withMessageEndingWith(
                        "byHttpHeader: the header \"" + name.toLowerCase(Locale.ROOT) + "\" can not be judged by");
    }

    @Test
    void theHeaderIsDeclared() {
        assertThat(new AccessReviewFactory().requestHeaders(settings(REWRITE))).containsExactly("x-namespace");
        assertThat(new AccessReviewFactory().requestHeaders(settings(FIXED))).isEmpty();
        assertThat(new AccessReviewFactory().requestHeaders(TestSettings.of(new AccessReviewFactory())))
                .isEmpty();
    }

    @Test
    void staticRulesNeedNoReview() {
        assertThat(ask(STATIC, AccessRequests.web("GET", "/metrics", "", Map.of())))
                .isEqualTo(Decision.allow("krp.yaml:3"));
        assertThat(ask(STATIC, AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS)))
                .isEqualTo(Decision.allow("krp.yaml:7"));
        assertThat(server.calls()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"POST, /metrics", "GET, /metrics/", "GET, /"})
    void whatNoStaticRuleAllowsIsReviewed(String method, String path) {
        ask(STATIC, AccessRequests.web(method, path, "", Map.of()));
        assertThat(server.calls()).isEqualTo(1);
    }

    /** kube-rbac-proxy reads the groups of a static rule and never looks at them. */
    @Test
    void staticRulesLookAtUserAndGroups() {
        AccessRequest other =
                AccessRequests.of(AccessRequests.ALICE.withGroups(List.of("guests")), AccessRequests.LIST_PODS);
        assertThat(ask(STATIC, other)).isEqualTo(Decision.allow("prod: r"));
        assertThat(server.calls()).isEqualTo(1);
    }

    /** kube-rbac-proxy's own example of rewrites with a static rule. */
    private static final String STATIC_REWRITE = """
            authorization:
              rewrites:
                byQueryParameter:
                  name: "namespace"
              resourceAttributes:
                resource: namespaces
                namespace: "{{ .Value }}"
              static:
                - user:
                    name: alice
                  resourceRequest: true
                  resource: namespaces
                  namespace: default
                  verb: get
            """;

    @ParameterizedTest
    @CsvSource({
        "GET, namespace=default, krp.yaml:9, 0",
        "GET, namespace=other, prod: r, 1",
        "POST, namespace=default, prod: r, 1",
        "GET, namespace=default&namespace=other, prod: r, 1",
        "GET, namespace=other&namespace=default, krp.yaml:9, 1"
    })
    void aStaticRuleStandsBesideRewrites(String method, String query, String reason, int reviews) {
        assertThat(ask(STATIC_REWRITE, AccessRequests.web(method, "/x", query, Map.of())))
                .isEqualTo(Decision.allow(reason));
        assertThat(server.calls()).isEqualTo(reviews);
        assertThat(ask(STATIC_REWRITE, AccessRequests.web("GET", "/x", "namespace=default&namespace=secret", Map.of())))
                .isEqualTo(Decision.noOpinion("prod: r"));
    }

    @ParameterizedTest
    @CsvSource({
        "alice, get, d, apps, deployments, scale, web, 0",
        "bob, get, d, apps, deployments, scale, web, 1",
        "alice, list, d, apps, deployments, scale, web, 1",
        "alice, get, e, apps, deployments, scale, web, 1",
        "alice, get, d, extensions, deployments, scale, web, 1",
        "alice, get, d, apps, pods, scale, web, 1",
        "alice, get, d, apps, deployments, '', web, 1",
        "alice, get, d, apps, deployments, scale, '', 1"
    })
    void aStaticRuleIsExactlyWhatItSays(
            String user,
            String verb,
            String namespace,
            String group,
            String resource,
            String subresource,
            String name,
            int reviews) {
        String rule = "authorization: {static: [{user: {name: alice}, verb: get, namespace: d, apiGroup: apps,"
                + " resource: deployments, subresource: scale, name: web, resourceRequest: true}]}";
        KubernetesAction action = new KubernetesAction(
                true, verb, group, "v1", namespace, resource, subresource, name, "/apis/…", "", "");
        ask(rule, AccessRequests.of(Identity.of(user, "basic"), action));
        assertThat(server.calls()).isEqualTo(reviews);
    }

    @Test
    void aRuleForObjectsAllowsNoPathAndNoRuleForAPathAnObject() {
        ask("authorization: {static: [{resourceRequest: true}]}", AccessRequests.web("GET", "/metrics", "", Map.of()));
        assertThat(server.calls()).isEqualTo(1);
        String path = AccessRequests.LIST_PODS.path();
        ask(
                "authorization: {static: [{path: \"" + path + "\"}]}",
                AccessRequests.of(AccessRequests.ALICE, AccessRequests.LIST_PODS));
        assertThat(server.calls()).isEqualTo(2);
    }

    /** Issue 146 of kube-rbac-proxy: there, a rule for a path is dead beside resourceAttributes. */
    @Test
    void aRuleForAPathCountsBesideFixedAttributes() {
        String both = FIXED + "  static:\n    - path: /healthz\n";
        assertThat(ask(both, AccessRequests.web("GET", "/healthz", "", Map.of())))
                .isEqualTo(Decision.allow("krp.yaml:9"));
        assertThat(ask(both, AccessRequests.of(AccessRequests.ALICE, KubernetesAction.nonResource("get", "/healthz"))))
                .isEqualTo(Decision.allow("krp.yaml:9"));
        ask(both, get(""));
        assertThat(server.calls()).isEqualTo(1);
    }

    @Test
    void aStreamNeedsBothVerbsOfFixedAttributesToo() {
        ask(
                FIXED,
                AccessRequests.of(
                        AccessRequests.ALICE,
                        "prod",
                        "GET",
                        AccessRequests.pods("create", "exec", "p"),
                        Optional.of("websocket")));
        assertThat(asked("verb")).containsExactly("get", "create");
    }

    /** The host asks so about kubectl --as: what stands for every request does not stand for that. */
    @Test
    void fixedAttributesAreNoRightToBeSomebodyElse() {
        KubernetesAction asRoot = new KubernetesAction(
                true, "impersonate", "authentication.k8s.io", "v1", "", "userextras", "exec", "secret", "/", "", "");
        AccessRequest request =
                AccessRequests.of(AccessRequests.ALICE, "prod", "GET", asRoot, Optional.of("websocket"));
        assertThat(ask(FIXED, request)).isEqualTo(Decision.noOpinion("prod: r"));
        assertThat(asked("resource")).containsExactly("userextras");
        assertThat(asked("verb")).containsExactly("impersonate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "authorization: {resourceAttributes: {name: \"{{ .Values }}\"}, rewrites: {byQueryParameter: {name: n}}}"
                        + "|krp.yaml:1: name: of templates, only {{ .Value }} is known",
                "authorization: {resourceAttributes: {name: \"{{ printf .Value }}\"}, rewrites: {byQueryParameter: {name: n}}}"
                        + "|krp.yaml:1: name: of templates, only {{ .Value }} is known",
                "authorization: {resourceAttributes: {name: \"{{ .Value }}\"}}"
                        + "|krp.yaml:1: name: there is no value without byQueryParameter or byHttpHeader",
                "authorization: {rewrites: {byQueryParameter: {name: n}}}"
                        + "|krp.yaml:1: rewrites change resourceAttributes, and there are none",
                "authorization: {resourceAttributes: {}, rewrites: {byQueryParameter: {}}}"
                        + "|krp.yaml:1: byQueryParameter: expected a name",
                "authorization: {resourceAttributes: {}, rewrites: {byHttpHeader: {name: Authorization}}}"
                        + "|krp.yaml:1: byHttpHeader: the header \"authorization\" can not be judged by",
                "authorization: {static: [{path: /x, resourceRequest: true}]}"
                        + "|krp.yaml:1: a static rule has either a path or resourceRequest: true, and not both",
                "authorization: {static: [{verb: get}]}"
                        + "|krp.yaml:1: a static rule has either a path or resourceRequest: true, and not both",
                "authorization: {static: [{path: /x, verbs: get}]}|krp.yaml:1: unknown key \"verbs\"",
                "authorization: {static: {path: /x}}|krp.yaml:1: static: expected a list",
                "authorization: {resourceAttributes: {name: 7}}|krp.yaml:1: name: expected a text; put it in quotes",
                "authorization: {resourceAttributes: {name: a, name: b}}|krp.yaml:1: the key \"name\" stands there twice",
                "[]|krp.yaml:1: expected a mapping",
                "{|krp.yaml:1: is not YAML: expected the node content, but found '<stream end>'"
            })
    void tellsWhatCanNotBe(String config, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> authorizer(config))
                .satisfies(e -> assertThat(e.problems())
                        .extracting(problem -> problem.place() + ": " + problem.message())
                        .containsExactly(message));
    }
}
