package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.ALICE;
import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.asked;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.KubernetesAction;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules on paths of Kubernetes mean. */
class NonResourcePathTest {

    @ParameterizedTest
    @CsvSource({
        "/healthz, get, GET, /healthz, true",
        "/healthz, get, HEAD, /healthz/, true",
        "/healthz, get, POST, /healthz, false",
        "/healthz, get, GET, /healthz/etcd, false",
        "/healthz/**, get, GET, /healthz/etcd, true",
        "/api/*, get, GET, /api/v1, true",
        "/apis/**, get|post, POST, /apis/apps/v1, true",
        "/**, *, OPTIONS, /version, true",
        "/**, *, PROPFIND, /version, false"
    })
    void pathsOfKubernetes(String pattern, String verbs, String method, String path, boolean allowed) {
        Authorizer acl = acl("p, *, prod, k8s:nonresource:" + pattern + ", " + verbs + ", allow");
        AccessRequest request = nonResource(method, path, Optional.empty());
        assertThat(acl.authorize(request)).isInstanceOf(allowed ? Decision.Allow.class : Decision.NoOpinion.class);
    }

    private static AccessRequest nonResource(String method, String path, Optional<String> upgrade) {
        KubernetesAction action = KubernetesAction.nonResource(method.toLowerCase(Locale.ROOT), path);
        return request(ALICE, "prod", method, action, upgrade);
    }

    @Test
    void aPathOfKubernetesIsNoObjectAndGivesNoStream() {
        Authorizer acl = acl("p, *, *, k8s:nonresource:/**, *, allow");
        assertThat(acl.authorize(asked("get core/pods a x")))
                .isEqualTo(Decision.noOpinion("no rule of policy.csv allows get"));
        assertThat(acl.authorize(nonResource("GET", "/logs", Optional.of("websocket"))))
                .isEqualTo(Decision.noOpinion("no rule of policy.csv allows UPGRADE"));
        Authorizer denying = acl("p, *, *, /**, UPGRADE, allow", "p, *, *, k8s:nonresource:/logs, get, deny");
        assertThat(denying.authorize(nonResource("GET", "/logs", Optional.of("websocket"))))
                .isEqualTo(Decision.deny("policy.csv:2"));
    }
}
