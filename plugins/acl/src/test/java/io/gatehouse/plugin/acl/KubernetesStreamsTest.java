package io.gatehouse.plugin.acl;

import static io.gatehouse.plugin.acl.AclTesting.acl;
import static io.gatehouse.plugin.acl.AclTesting.asked;
import static io.gatehouse.plugin.acl.AclTesting.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an upgraded request needs of rules on Kubernetes objects. */
class KubernetesStreamsTest {

    /** The host calls an upgraded exec a create; what it calls it must not matter here. */
    @ParameterizedTest
    @CsvSource({
        // what is allowed, what is asked, its method, whether it may become a stream
        "k8s:/pods/exec get, get core/pods/exec a x, GET, no",
        "k8s:/pods/exec get, create core/pods/exec a x, GET, no",
        "k8s:/pods/exec get|list|watch, create core/pods/exec a x, POST, no",
        "k8s:/pods/exec watch, watch core/pods/exec a x, GET, no",
        "k8s:/pods/exec create, get core/pods/exec a x, GET, yes",
        "k8s:/pods/exec create, create core/pods/exec a x, GET, yes",
        "k8s:/pods/exec create, create core/pods/exec a x, POST, yes",
        "k8s:/pods/attach get, get core/pods/attach a x, GET, no",
        "k8s:/pods/attach create, get core/pods/attach a x, GET, yes",
        "k8s:/pods/portforward get, get core/pods/portforward a x, GET, no",
        "k8s:/pods/portforward create, get core/pods/portforward a x, GET, yes",
        "k8s:/pods/* *, create core/pods/exec a x, GET, no",
        "k8s:/pods *, create core/pods/exec a x, GET, no",
        // only read
        "k8s:/pods watch, watch core/pods a -, GET, yes",
        "k8s:/pods/log get, get core/pods/log a x, GET, yes",
        // whatever else: both
        "k8s:/nodes/proxy get, get core/nodes/proxy - x, GET, no",
        "k8s:/nodes/proxy create, get core/nodes/proxy - x, GET, no",
        "k8s:/nodes/proxy get|create, get core/nodes/proxy - x, GET, yes",
        "k8s:subresources.kubevirt.io/virtualmachineinstances/vnc get, "
                + "get subresources.kubevirt.io/virtualmachineinstances/vnc a x, GET, no",
        "k8s:/pods create, list core/pods a -, GET, no",
    })
    void aStreamIsACreate(String allowed, String request, String method, String answer) {
        Authorizer acl = acl("p, *, *, " + allowed.replaceFirst(" ", ", ") + ", allow");
        for (String protocol : new String[] {"websocket", "spdy/3.1"}) {
            assertThat(acl.authorize(asked(request, method, Optional.of(protocol))))
                    .isInstanceOf(answer.equals("yes") ? Decision.Allow.class : Decision.NoOpinion.class);
        }
    }

    @Test
    void whatAStreamNeedsMayStandInTwoLines() {
        Authorizer acl = acl("p, *, *, k8s:/nodes/proxy, get, allow", "p, *, *, k8s:*/*/proxy, create, allow");
        assertThat(acl.authorize(asked("get core/nodes/proxy - x", "GET", Optional.of("websocket"))))
                .isEqualTo(Decision.allow("policy.csv:2"));
        assertThat(acl.authorize(asked("get core/pods/proxy a x", "GET", Optional.of("websocket"))))
                .isEqualTo(Decision.noOpinion("no rule of policy.csv allows create"));
    }

    @ParameterizedTest
    @CsvSource({
        "k8s:/pods/exec, get, true",
        "k8s:/pods/exec, create, true",
        "k8s:/pods/exec, *, true",
        "k8s:/pods, create, true",
        "k8s:/pods/*, get, true",
        "k8s:/pods/exec, delete, false",
        "k8s:/pods/attach, *, false"
    })
    void aDenyHoldsForAStream(String object, String verb, boolean denied) {
        Authorizer acl = acl("p, *, *, /**, UPGRADE, allow", "p, *, *, " + object + ", " + verb + ", deny");
        for (String asVerb : new String[] {"get", "create"}) {
            assertThat(acl.authorize(asked(asVerb + " core/pods/exec a x", "GET", Optional.of("websocket"))))
                    .isEqualTo(denied ? Decision.deny("policy.csv:2") : Decision.allow("policy.csv:1"));
        }
    }
}
