package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.util.List;

/**
 * One of kube-rbac-proxy's static rules: what is empty stands for anything, everything else must be exactly so.
 *
 * @param place of the rule
 * @param user the name
 * @param groups one of them the user must be in
 * @param action what is allowed; with its path it is a rule for paths, without one for API objects
 */
record StaticRule(String place, String user, List<String> groups, KubernetesAction action) {

    boolean isForPaths() {
        return !action.resourceRequest();
    }

    boolean allows(Identity identity, KubernetesAction asked) {
        return matches(user, identity.user())
                && (groups.isEmpty() || identity.groups().stream().anyMatch(groups::contains))
                && matches(action.verb(), asked.verb())
                && asked.resourceRequest() == action.resourceRequest()
                && (isForPaths() ? action.path().equals(asked.path()) : matchesObject(asked));
    }

    private boolean matchesObject(KubernetesAction asked) {
        return matches(action.namespace(), asked.namespace())
                && matches(action.apiGroup(), asked.apiGroup())
                && matches(action.resource(), asked.resource())
                && matches(action.subresource(), asked.subresource())
                && matches(action.name(), asked.name());
    }

    private static boolean matches(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }
}
