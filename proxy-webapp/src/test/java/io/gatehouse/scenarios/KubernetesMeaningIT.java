package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request means to an API server decides, not how it is written: a rule for one thing gives no other. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record KubernetesMeaningIT(ContainerKind kind) {

    private static final String[] POLICY = {
        "p, user:bob, *, /**, *|UPGRADE, allow",
        "p, user:alice, kube, k8s:/pods, *, allow",
        "p, user:alice, kube, k8s:/nodes, *, allow",
        "p, user:alice, kube, k8s:/services, *, allow",
        "p, user:alice, kube, k8s:/serviceaccounts, *, allow",
        "p, user:alice, kube, k8s:/namespaces, *, allow",
        "p, user:alice, kube, k8s:apps/deployments, *, allow",
        "p, user:alice, kube, k8s:/secrets, get|list, allow",
        "p, user:alice, kube, k8s:nonresource:/version, get, allow"
    };

    /** The deny lines of docs/security.md, behind an allow of everything. */
    private static final String[] NO_WAY_ROUND = {
        "p, *, *, /**, *|UPGRADE, allow",
        "p, *, *, k8s:/serviceaccounts/token, *, deny",
        "p, *, *, k8s:certificates.k8s.io/*, *, deny",
        "p, *, *, k8s:rbac.authorization.k8s.io/*, *, deny"
    };

    private static final String[] SOCKET = {
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private static Site site;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        site = Site.start(kind, made -> {
            made.home()
                    .policy(POLICY)
                    .file("round.csv", String.join("\n", NO_WAY_ROUND) + "\n")
                    .product("authorizers", "round: {plugin: acl, policy: round.csv}")
                    .targetAs(
                            "guarded",
                            "{path: /guarded/, url: \"" + made.url() + "\", kubernetes: true, "
                                    + "authenticators: [staff], authorizers: [round], identity: as-user}");
        });
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
    }

    private static AuditRecords.Line isRefused(String method, String target, String... lines) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        String answer = site.exchange(false, Site.head(method, target, "alice", marker, lines) + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403 ");
        if (!method.equals("HEAD")) {
            assertThat(answer).contains("\"reason\":\"Forbidden\"");
        }
        AuditRecords.Line record = site.records().close(marker);
        assertThat(record.decision()).isEqualTo("deny");
        assertThat(site.upstream().connections()).hasSize(before);
        return record;
    }

    private static void means(AuditRecords.Line record, String verb, String resource) {
        String subresource = record.text("request", "kubernetes", "subresource");
        assertThat(record.text("request", "kubernetes", "verb")).isEqualTo(verb);
        assertThat(record.text("request", "kubernetes", "resource") + (subresource.isEmpty() ? "" : "/" + subresource))
                .isEqualTo(resource);
    }

    private static AuditRecords.Line isAllowed(String method, String target, String... lines) throws Exception {
        String marker = Site.marker();
        String head = Site.head(method, target, "alice", marker, lines) + "Connection: close\r\n\r\n";
        assertThat(site.exchange(false, head)).startsWith("HTTP/1.1 200 ");
        assertThat(site.lastConnection().received()).startsWith(method + " " + target.substring("/kube".length()));
        return site.records().close(marker);
    }

    /** Attacks C2, C3 and C9: alice may do all with pods, nodes, services and so on, but nothing with what is below. */
    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/nodes/n/proxy/exec/d/p/c?command=id,get,nodes/proxy",
        "POST,/api/v1/nodes/n/proxy/run/d/p/c?cmd=id,create,nodes/proxy",
        "GET,/api/v1/nodes/n/proxy,get,nodes/proxy",
        "GET,/api/v1/nodes/n:10250/proxy/configz,get,nodes/proxy",
        "GET,/api/v1/nodes/https:n:10250/proxy/pods,get,nodes/proxy",
        "PATCH,/api/v1/nodes/n/status,patch,nodes/status",
        "GET,/api/v1/namespaces/d/pods/p/exec?command=id,get,pods/exec",
        "POST,/api/v1/namespaces/d/pods/p/exec?command=id,create,pods/exec",
        "POST,/api/v1/namespaces/d/pods/p/attach,create,pods/attach",
        "POST,/api/v1/namespaces/d/pods/p/portforward?ports=1,create,pods/portforward",
        "GET,/api/v1/namespaces/d/pods/p/proxy/,get,pods/proxy",
        "GET,/api/v1/namespaces/d/pods/p:8080/proxy/metrics,get,pods/proxy",
        "GET,/api/v1/namespaces/d/pods/p/log,get,pods/log",
        "PATCH,/api/v1/namespaces/d/pods/p/ephemeralcontainers,patch,pods/ephemeralcontainers",
        "POST,/api/v1/namespaces/d/pods/p/eviction,create,pods/eviction",
        "POST,/api/v1/namespaces/d/pods/p/binding,create,pods/binding",
        "PUT,/api/v1/namespaces/d/pods/p/status,update,pods/status",
        "POST,/api/v1/namespaces/d/serviceaccounts/s/token,create,serviceaccounts/token",
        "PUT,/api/v1/namespaces/d/finalize,update,namespaces/finalize",
        "GET,/api/v1/namespaces/d/status,get,namespaces/status",
        "GET,/apis/apps/v1/namespaces/d/deployments/x/scale,get,deployments/scale",
        "PATCH,/apis/apps/v1/namespaces/d/deployments/x/scale,patch,deployments/scale",
        "PUT,/apis/apps/v1/namespaces/d/deployments/x/status,update,deployments/status",
        "GET,/api/v1/namespaces/d/services/https:x:443/proxy/,get,services/proxy",
        "GET,/api/v1/namespaces/d/services/https%3Ax%3A443/proxy/,get,services/proxy",
        "GET,/api/v1/namespaces/d/services/169.254.169.254:80/proxy/latest,get,services/proxy",
        "HEAD,/api/v1/namespaces/d/services/x/proxy,get,services/proxy",
        "GET,/apis/extensions/v1beta1/namespaces/d/deployments,list,deployments"
    })
    void aRuleForAResourceIsNoneForWhatIsBelowIt(String method, String path, String verb, String resource)
            throws Exception {
        means(isRefused(method, "/kube" + path, "Connection: close"), verb, resource);
    }

    /** A WebSocket is a GET, but is no reading. */
    @ParameterizedTest
    @CsvSource({
        "/api/v1/nodes/n/proxy/exec/d/p/c?command=id,get,nodes/proxy",
        "/api/v1/namespaces/d/pods/p/exec?command=id&stdout=1,create,pods/exec",
        "/api/v1/namespaces/d/pods/p/attach,create,pods/attach",
        "/api/v1/namespaces/d/pods/p/portforward,create,pods/portforward",
        "/api/v1/namespaces/d/services/x/proxy/,get,services/proxy",
        "/api/v1/watch/secrets,watch,secrets",
        "/api/v1/secrets?watch=1,watch,secrets"
    })
    void aStreamGivesNoneOfItEither(String path, String verb, String resource) throws Exception {
        means(isRefused("GET", "/kube" + path, SOCKET), verb, resource);
    }

    /** Attack C4: alice may list secrets and not watch them. */
    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/secrets?watch=1",
        "GET,/api/v1/secrets?watch=true",
        "GET,/api/v1/secrets?watch=yes",
        "GET,/api/v1/secrets?watch",
        "GET,/api/v1/secrets?watch=",
        "GET,/api/v1/secrets?limit=5&%77atch=t",
        "GET,/api/v1/secrets?watch=true&watch=false",
        "HEAD,/api/v1/namespaces/d/secrets?watch=1",
        "GET,/api/v1/namespaces/d/secrets/?watch=1",
        "GET,/api/v1/namespaces/d/secrets?fieldSelector=metadata.name%3Dx&watch=1",
        "GET,/api/v1/watch/secrets",
        "GET,/api/v1/watch/namespaces/d/secrets",
        "GET,/api/v1/watch/namespaces/d/secrets/x",
        "POST,/api/v1/watch/secrets",
        "DELETE,/api/v1/watch/secrets"
    })
    void aWatchIsOneHoweverItIsWritten(String method, String path) throws Exception {
        means(isRefused(method, "/kube" + path, "Connection: close"), "watch", "secrets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?WATCH=1", "?watch=false&watch=true", "?watch=0", "?xwatch=1", ""})
    void whatIsNoWatchIsAList(String query) throws Exception {
        means(isAllowed("GET", "/kube/api/v1/namespaces/d/secrets" + query), "list", "secrets");
    }

    /** Attack C6. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/namespaces/d/pods",
                "/api/v1/namespaces/d/pods/",
                "/api/v1/pods",
                "/api/v1/namespaces/d/pods?fieldSelector=metadata.name%3Dp",
                "/api/v1/namespaces/d/pods?labelSelector=app%3Dx"
            })
    void whoMayDeleteOneMayNotDeleteAll(String path) throws Exception {
        means(isRefused("DELETE", "/kube" + path, "Connection: close"), "deletecollection", "pods");
        means(isAllowed("DELETE", "/kube/api/v1/namespaces/d/pods/p"), "delete", "pods");
    }

    /** Attack C7: what is no object needs a rule of its own, and the old proxy is a verb that nobody has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/proxy/nodes/n/exec",
                "/api/v1/proxy/namespaces/d/pods/p/x",
                "/api/v1/proxy/namespaces/d/services/x",
                "/api",
                "/api/v1",
                "/apis/apps/v1",
                "/openapi/v3",
                "/metrics",
                "/logs/",
                "/debug/pprof/heap",
                "/.well-known/openid-configuration",
                "/healthz",
                "/version/x",
                "/API/v1/namespaces/d/pods",
                "/apix/v1/namespaces/d/pods"
            })
    void objectsAndPathsAreApart(String path) throws Exception {
        isRefused("GET", "/kube" + path, "Connection: close");
        assertThat(isAllowed("GET", "/kube/version").text("request", "kubernetes", "resourceRequest"))
                .isEqualTo("false");
    }

    /** Attacks C7 and C9: no second reading behind the proxy, either. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz/../api/v1/secrets",
                "/api/v1/namespaces/d/pods/p:8080/proxy/..%2f..%2fsecrets",
                "/api/v1/namespaces/d/services/x%2Fproxy",
                "/api/v1/namespaces/d/services/https:x:443/proxy/../../../secrets",
                "/api/v1/namespaces/d%2Fsecrets/pods",
                "/api/v1/namespaces/d/pods;/p",
                "/api/v1/watch",
                "/api/v1/proxy/"
            })
    void whatHasNoSingleMeaningIsInvalid(String path) throws Exception {
        int before = site.upstream().connections().size();
        String marker = Site.marker();
        assertThat(site.exchange(false, Site.head("GET", "/kube" + path, "bob", marker, "Connection: close") + "\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(site.records().close(marker).decision()).isEqualTo("invalid");
        assertThat(site.upstream().connections()).hasSize(before);
    }

    /** Attack C13: the body is neither judged nor recorded, so no coding of it matters. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json",
                "Content-Type: application/yaml",
                "Content-Type: application/vnd.kubernetes.protobuf",
                "Content-Type: application/cbor",
                "Content-Type: application/json;stream=watch",
                "Content-Type: application/apply-patch+yaml",
                "Content-Encoding: gzip",
                "Accept: application/json;as=Table;v=v1;g=meta.k8s.io"
            })
    void aBodyChangesNoVerdict(String line) throws Exception {
        String body = "kind: Secret, data: hunter2";
        String[] lines = {line, "Content-Length: " + body.length(), "Connection: close"};
        means(isRefused("POST", "/kube/api/v1/namespaces/d/secrets", lines), "create", "secrets");
        isRefused("PATCH", "/kube/api/v1/namespaces/d/secrets/x", lines);
        site.play(connection -> {
            connection.readHead();
            connection.read(body.length());
            connection.send(Site.OK);
        });
        String marker = Site.marker();
        String head = Site.head("POST", "/kube/api/v1/namespaces/d/pods", "alice", marker, lines);
        assertThat(site.exchange(false, head + "\r\n" + body)).startsWith("HTTP/1.1 200 ");
        site.play(Site::answerOk);
        assertThat(site.lastConnection().received())
                .containsIgnoringCase("\r\n" + line + "\r\n")
                .endsWith("\r\n\r\n" + body);
        means(site.records().close(marker), "create", "pods");
        assertThat(site.records().text()).doesNotContain("hunter2");
    }

    /** Attack C15: whoever may mint credentials in the cluster needs no Gatehouse. */
    @ParameterizedTest
    @CsvSource({
        "POST,/api/v1/namespaces/d/serviceaccounts/s/token",
        "POST,/apis/certificates.k8s.io/v1/certificatesigningrequests",
        "PUT,/apis/certificates.k8s.io/v1/certificatesigningrequests/x/approval",
        "POST,/apis/rbac.authorization.k8s.io/v1/namespaces/d/rolebindings",
        "PATCH,/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/x",
        "POST,/apis/rbac.authorization.k8s.io/v1beta1/clusterroles"
    })
    void nobodyGoesRoundWhereThatIsDenied(String method, String path) throws Exception {
        AuditRecords.Line record = isRefused(method, "/guarded" + path, "Content-Length: 0", "Connection: close");
        assertThat(record.reason()).startsWith("round: round.csv:");
    }
}
