package io.gatehouse.plugin.acl;

/**
 * A {@code g} line: the member has the role.
 *
 * @param line where it stands
 * @param member a user, a group or another role
 * @param role the role's name
 */
record Membership(int line, Subject member, String role) {}
