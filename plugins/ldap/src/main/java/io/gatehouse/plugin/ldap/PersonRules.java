package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Filter;
import java.util.List;
import java.util.Set;

/**
 * Which entries are people, and what they are called.
 *
 * @param base below which they are
 * @param filter that they match
 * @param loginAttributes whose values people may type as their name
 * @param nameAttribute whose value is the user's name
 * @param userPrefix put before it
 * @param groupPrefix put before each group
 * @param allowedSystem names that may begin with {@code system:}
 */
record PersonRules(
        String base,
        Filter filter,
        List<String> loginAttributes,
        String nameAttribute,
        String userPrefix,
        String groupPrefix,
        Set<String> allowedSystem) {

    private static final String RESERVED = "system:";

    /** Whether a name, with its prefix, is one of Kubernetes' own that no directory may give. */
    boolean isReserved(String name) {
        return name.startsWith(RESERVED) && !allowedSystem.contains(name);
    }
}
