package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.KubernetesAction;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a request itself is about, before any configuration turns it into something else. */
final class RequestAttributes {

    private RequestAttributes() {}

    /**
     * The verbs that must be allowed. From 1.35 on kube-apiserver asks twice about a WebSocket of exec, attach and
     * port-forward: for the method's own verb, and for create
     * ({@code k8s.io/kubernetes/pkg/registry/core/pod/rest/subresources.go}).
     */
    static List<String> verbs(AccessRequest request) {
        Set<String> verbs = new LinkedHashSet<>();
        verbs.add(methodVerb(request.method()));
        if (request.kubernetes().filter(action -> isStream(request, action)).isPresent()) {
            verbs.add("create");
        }
        return List.copyOf(verbs);
    }

    /** The host has made it a create; an extra of a person to be impersonated may be called exec as well. */
    private static boolean isStream(AccessRequest request, KubernetesAction action) {
        return request.upgrade().isPresent() && action.verb().equals("create") && action.isShellOrTunnel();
    }

    /** Whether the host asks if the caller may be taken for somebody else: that is about nothing but itself. */
    static boolean isImpersonation(AccessRequest request) {
        return request.kubernetes()
                .filter(action -> action.verb().equals("impersonate"))
                .isPresent();
    }

    /** As kube-rbac-proxy has it, but HEAD, which reads what GET reads. */
    private static String methodVerb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "*";
        };
    }

    /** The API object, or the path, that is asked for. */
    static List<KubernetesAction> of(AccessRequest request) throws InvalidRequest {
        if (request.kubernetes().isEmpty()) {
            String path = QueryParameters.decodePath(request.path());
            return List.of(KubernetesAction.nonResource(methodVerb(request.method()), path));
        }
        KubernetesAction action = request.kubernetes().get();
        if (!action.resourceRequest()) {
            return List.of(KubernetesAction.nonResource(action.verb().toLowerCase(Locale.ROOT), action.path()));
        }
        return isStream(request, action)
                ? verbs(request).stream().map(action::withVerb).toList()
                : List.of(action);
    }
}
