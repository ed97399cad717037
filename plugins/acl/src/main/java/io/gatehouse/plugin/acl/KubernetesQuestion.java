package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.KubernetesAction;
import java.util.Set;

/**
 * What a request on an object asks of the Kubernetes rules.
 *
 * <p>An upgraded request becomes a stream both ways, so whoever may read does not get one:
 *
 * <ul>
 *   <li>An exec, attach or portforward is a create, whatever its method: a WebSocket is a GET.
 *   <li>A watch, and a get of a log, only read, upgraded or not.
 *   <li>Any other needs its own verb and create, too. The kubelet behind {@code nodes/proxy} has an exec of its own, and
 *       so have machines behind other groups' subresources.
 * </ul>
 *
 * <p>A deny holds for an upgraded request when it names its verb, its method's verb or create.
 *
 * @param parts group, resource, subresource, namespace, name; empty where there is none
 * @param neededVerb the bit of {@link KubernetesVerbs} that an allow must name
 * @param alsoNeededVerb another that an allow must name; often the same
 * @param deniedVerbs those that a deny may name
 * @param byNameOnly whether {@code *} as a subresource does not allow it
 */
record KubernetesQuestion(String[] parts, int neededVerb, int alsoNeededVerb, int deniedVerbs, boolean byNameOnly) {

    /** What gives a shell, a way into the cluster's network, or a credential is allowed by its name alone. */
    static final Set<String> NAMED_ONLY =
            Set.of("exec", "attach", "portforward", "proxy", "ephemeralcontainers", "token");

    static KubernetesQuestion of(AccessRequest request, KubernetesAction action) {
        int verb = KubernetesVerbs.bitOf(action.verb());
        String subresource = action.subresource();
        int needed = verb;
        int alsoNeeded = verb;
        int denied = 1 << verb;
        if (request.upgrade().isPresent() && !onlyReads(verb, action)) {
            needed = action.isShellOrTunnel() ? KubernetesVerbs.CREATE : verb;
            alsoNeeded = KubernetesVerbs.CREATE;
            denied |= 1 << KubernetesVerbs.CREATE;
            denied |= request.method().equals("GET") ? 1 << KubernetesVerbs.GET : 0;
        }
        String[] parts = {action.apiGroup(), action.resource(), subresource, action.namespace(), action.name()};
        return new KubernetesQuestion(parts, needed, alsoNeeded, denied, NAMED_ONLY.contains(subresource));
    }

    /** Whether an upgrade changes nothing. An impersonation is asked about beside the request that is upgraded. */
    private static boolean onlyReads(int verb, KubernetesAction action) {
        return verb == KubernetesVerbs.IMPERSONATE
                || verb == KubernetesVerbs.WATCH && !action.isShellOrTunnel()
                || verb == KubernetesVerbs.GET && action.subresource().equals("log");
    }
}
