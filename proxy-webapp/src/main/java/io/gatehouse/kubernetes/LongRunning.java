package io.gatehouse.kubernetes;

import io.gatehouse.spi.KubernetesAction;
import java.util.Set;

/** Tells the requests that kube-apiserver itself lets run for as long as they like. */
public final class LongRunning {

    /** The set of a real kube-apiserver: {@code cmd/kube-apiserver/app/options} and its request deadlines. */
    private static final Set<String> SUBRESOURCES = Set.of("attach", "exec", "proxy", "portforward");

    private LongRunning() {}

    /** Whether an action may last: a watch, a followed log, a proxied or attached stream. */
    public static boolean is(KubernetesAction action, String query) {
        if (!action.resourceRequest()) {
            return action.path().startsWith("/debug/pprof/");
        }
        return action.verb().equals("watch")
                || action.verb().equals("proxy")
                || SUBRESOURCES.contains(action.subresource())
                || action.subresource().equals("log")
                        && QueryValues.first(query, "follow")
                                .map(QueryValues::isTrue)
                                .orElse(false);
    }
}
