package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Filter;

/**
 * Which entries are groups, and how they say who is in them.
 *
 * @param base below which they are
 * @param filter that they match
 * @param nameAttribute whose value is the group's name
 * @param memberAttribute whose values are its members
 * @param membersByName whether those are names, as posixGroup has them, and not DNs
 * @param nested whether a member of a group in a group is in both
 * @param most groups of one person; with more, nobody knows which are missing, and the login fails
 */
record GroupRules(
        String base,
        Filter filter,
        String nameAttribute,
        String memberAttribute,
        boolean membersByName,
        boolean nested,
        int most) {}
