package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What kube-rbac-proxy's configuration file says.
 *
 * @param attributes what every request is about; without, each is about what it asks for
 * @param rules what is allowed without a review
 */
record RbacProxyRules(Optional<FixedAttributes> attributes, List<StaticRule> rules) {

    static final RbacProxyRules NONE = new RbacProxyRules(Optional.empty(), List.of());

    RbacProxyRules {
        rules = List.copyOf(rules);
    }

    /** A rule that allows a thing. */
    Optional<StaticRule> rule(Identity identity, KubernetesAction action) {
        for (StaticRule rule : rules) {
            if (rule.allows(identity, action)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** A rule for the request's own path: it counts beside fixed attributes, too. */
    Optional<StaticRule> pathRule(Identity identity, Collection<KubernetesAction> own) {
        boolean path = own.stream().noneMatch(KubernetesAction::resourceRequest);
        return path && own.size() == 1
                ? rule(identity, own.iterator().next()).filter(StaticRule::isForPaths)
                : Optional.empty();
    }

    /** The request header whose values are judged, in lower case. */
    Set<String> headers() {
        return attributes.flatMap(FixedAttributes::header).map(Set::of).orElse(Set.of());
    }
}
