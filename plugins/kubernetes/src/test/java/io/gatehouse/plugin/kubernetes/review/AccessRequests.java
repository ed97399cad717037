package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests for tests: alice's, on {@code prod}. */
final class AccessRequests {

    static final Identity ALICE = Identity.of("alice", "basic").withGroups(List.of("dev"));

    static final KubernetesAction LIST_PODS = pods("list", "", "");

    private AccessRequests() {}

    static KubernetesAction pods(String verb, String subresource, String name) {
        return new KubernetesAction(true, verb, "", "v1", "d", "pods", subresource, name, "/api/v1/…", "", "");
    }

    static AccessRequest of(Identity identity, KubernetesAction action) {
        return of(identity, "prod", "GET", action, Optional.empty());
    }

    static AccessRequest of(
            Identity identity, String target, String method, KubernetesAction action, Optional<String> upgrade) {
        return new AccessRequest(
                identity,
                "staff",
                InetAddress.getLoopbackAddress(),
                target,
                method,
                action.path(),
                "",
                upgrade,
                Map.of(),
                Optional.of(action));
    }

    /** Of a target that is no API server. */
    static AccessRequest web(String method, String path, String query, Map<String, List<String>> headers) {
        return new AccessRequest(
                ALICE,
                "staff",
                InetAddress.getLoopbackAddress(),
                "wiki",
                method,
                path,
                query,
                Optional.empty(),
                headers,
                Optional.empty());
    }
}
