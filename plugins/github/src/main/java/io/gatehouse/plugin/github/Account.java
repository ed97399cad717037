package io.gatehouse.plugin.github;

import java.util.List;
import java.util.Set;

/**
 * Somebody's account with all that they are in.
 *
 * @param hidden ids of organisations that GitHub leaves out until the token is authorised for their single sign-on
 */
record Account(long id, String login, List<Organization> organizations, List<Team> teams, Set<Long> hidden) {

    /** Where somebody is an active member. */
    record Organization(long id, String login) {}

    /** A team is of one organisation: another one's may have the same slug. */
    record Team(long id, String slug, Organization organization) {}

    Account {
        organizations = List.copyOf(organizations);
        teams = List.copyOf(teams);
        hidden = Set.copyOf(hidden);
    }
}
