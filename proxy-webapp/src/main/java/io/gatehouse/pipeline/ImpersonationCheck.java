package io.gatehouse.pipeline;

import io.gatehouse.spi.Decision;
import io.gatehouse.spi.KubernetesAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Whether a person may be taken for somebody else: the verb {@code impersonate} on each user, group, uid and extra, as
 * kube-apiserver asks ({@code k8s.io/apiserver/pkg/endpoints/filters/impersonation}). All must be allowed.
 */
final class ImpersonationCheck {

    /** For all questions of a request together. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String AUTHENTICATION_GROUP = "authentication.k8s.io";

    private ImpersonationCheck() {}

    /**
     * Asks.
     *
     * @param authorizers judge one action of the person
     * @throws RefusedException 403 for the first that is not allowed, 503 when one can not be told
     */
    static void require(
            Impersonation wanted, String path, Function<KubernetesAction, Decision> authorizers, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (KubernetesAction action : actions(wanted, path)) {
            if (System.nanoTime() - deadline > 0) {
                throw unavailable(
                        "the questions about the impersonation took longer than " + patience.toSeconds() + " seconds");
            }
            Decision decision = authorizers.apply(action);
            if (decision instanceof Decision.Unavailable) {
                throw unavailable(decision.reason());
            }
            if (!(decision instanceof Decision.Allow)) {
                throw new RefusedException(
                        403,
                        "deny",
                        "impersonate " + action.resourceAndSubresource() + " " + action.name() + ": "
                                + decision.reason(),
                        "you may not impersonate " + action.resourceAndSubresource(),
                        action);
            }
        }
    }

    private static RefusedException unavailable(String reason) {
        return new RefusedException(
                503, "unavailable", reason, "whether you may impersonate can not be told at the moment");
    }

    /** One a value, in the order of kube-apiserver. */
    static List<KubernetesAction> actions(Impersonation wanted, String path) {
        List<KubernetesAction> actions = new ArrayList<>();
        actions.add(ServiceAccountName.of(wanted.user())
                .map(account -> action("", account.namespace(), "serviceaccounts", "", account.name(), path))
                .orElseGet(() -> action("", "", "users", "", wanted.user(), path)));
        wanted.uid().ifPresent(uid -> actions.add(action(AUTHENTICATION_GROUP, "", "uids", "", uid, path)));
        wanted.groups().forEach(group -> actions.add(action("", "", "groups", "", group, path)));
        wanted.extra()
                .forEach((key, values) -> values.forEach(
                        value -> actions.add(action(AUTHENTICATION_GROUP, "", "userextras", key, value, path))));
        return actions;
    }

    private static KubernetesAction action(
            String group, String namespace, String resource, String subresource, String name, String path) {
        return new KubernetesAction(
                true, "impersonate", group, "v1", namespace, resource, subresource, name, path, "", "");
    }
}
