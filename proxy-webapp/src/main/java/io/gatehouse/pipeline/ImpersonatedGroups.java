package io.gatehouse.pipeline;

import java.util.ArrayList;
import java.util.List;

/** The groups that Kubernetes adds to somebody who is impersonated. */
final class ImpersonatedGroups {

    private static final String AUTHENTICATED = "system:authenticated";
    private static final String UNAUTHENTICATED = "system:unauthenticated";
    private static final String ANONYMOUS = "system:anonymous";

    private ImpersonatedGroups() {}

    /** @param wanted those that were asked for; none of a service account stands for its own */
    static List<String> of(String user, List<String> wanted) {
        List<String> groups = new ArrayList<>(wanted);
        if (wanted.isEmpty()) {
            ServiceAccountName.of(user).ifPresent(account -> {
                groups.add("system:serviceaccounts");
                groups.add("system:serviceaccounts:" + account.namespace());
            });
        }
        if (user.equals(ANONYMOUS)) {
            if (!groups.contains(UNAUTHENTICATED)) {
                groups.add(UNAUTHENTICATED);
            }
        } else if (!groups.contains(AUTHENTICATED) && !groups.contains(UNAUTHENTICATED)) {
            groups.add(AUTHENTICATED);
        }
        return groups;
    }
}
