package io.gatehouse.plugin.acl;

import java.util.List;

/**
 * What Kubernetes' core group has. Nothing joins it any more: new kinds get groups of their own. So what is not here is
 * mistyped, in the singular, or in another group, and a deny of it would be open.
 */
final class CoreGroup {

    /** With users and groups, which are there to be impersonated. */
    private static final List<String> RESOURCES = List.of(
            "bindings",
            "componentstatuses",
            "configmaps",
            "endpoints",
            "events",
            "groups",
            "limitranges",
            "namespaces",
            "nodes",
            "persistentvolumeclaims",
            "persistentvolumes",
            "pods",
            "podtemplates",
            "replicationcontrollers",
            "resourcequotas",
            "secrets",
            "serviceaccounts",
            "services",
            "users");

    /** Further ones may come, so only what is nearly one of these is taken for a mistake. */
    private static final List<String> SUBRESOURCES = List.of(
            "approval",
            "attach",
            "binding",
            "ephemeralcontainers",
            "eviction",
            "exec",
            "finalize",
            "log",
            "portforward",
            "proxy",
            "resize",
            "scale",
            "status",
            "token");

    private CoreGroup() {}

    /** @throws IllegalArgumentException with a message for the administrator */
    static void require(String resource, String subresource) {
        if (!RESOURCES.contains(resource)) {
            throw new IllegalArgumentException(
                    "the core group has no resource \"" + resource + "\"."
                            + NearestWord.hint(resource, RESOURCES)
                            + " Expected its plural, its group in front (k8s:apps/deployments), or k8s:nonresource:/… for a path");
        }
        String near = SUBRESOURCES.contains(subresource) ? "" : NearestWord.of(subresource, SUBRESOURCES);
        if (subresource.length() > 2 && !near.isEmpty()) {
            throw new IllegalArgumentException(
                    "the core group has no subresource \"" + subresource + "\". Did you mean \"" + near + "\"?");
        }
    }
}
