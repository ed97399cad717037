package io.gatehouse.plugin.acl;

import java.util.List;

/**
 * A policy file without problems.
 *
 * @param file the file's name, for reasons
 * @param rules in the order of the file
 * @param roles who has which role
 */
record Policy(String file, List<Rule> rules, RoleGraph roles) {}
