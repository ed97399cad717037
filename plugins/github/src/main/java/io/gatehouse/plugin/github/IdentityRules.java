package io.gatehouse.plugin.github;

import io.gatehouse.plugin.github.Account.Organization;
import io.gatehouse.plugin.github.Account.Team;
import io.gatehouse.spi.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who an account is here, and whether it may log in at all.
 *
 * @param allowed the organisations of which one is enough; none for any account
 * @param names which groups there are
 * @param userFromId whether the user name is the number of the account, which never changes
 * @param allowSystem the names that may begin with {@code system:}
 */
record IdentityRules(
        List<AllowedOrganization> allowed,
        GroupNames names,
        boolean userFromId,
        String userPrefix,
        String groupPrefix,
        int maxGroups,
        Set<String> allowSystem) {

    private static final String METHOD = "github";
    private static final String SYSTEM = "system:";

    /** An organisation as the administrator wrote it. */
    record AllowedOrganization(String text) {

        private static final String BY_ID = "id:";

        /** @throws IllegalArgumentException with what was expected */
        static AllowedOrganization of(String text) {
            if (!text.matches("id:[1-9][0-9]{0,17}|[A-Za-z0-9][A-Za-z0-9_-]{0,99}")) {
                throw new IllegalArgumentException("expected an organisation's name, or id: and its number");
            }
            return new AllowedOrganization(text.toLowerCase(Locale.ROOT));
        }

        boolean is(Organization organization) {
            return text.equals(organization.login()) || text.equals(BY_ID + organization.id());
        }

        /** Of a name it can not be told which number it has. */
        boolean mayBeAmong(Set<Long> hidden) {
            return text.startsWith(BY_ID)
                    ? hidden.contains(Long.valueOf(text.substring(BY_ID.length())))
                    : !hidden.isEmpty();
        }
    }

    /** The forms of a group's name. No two organisations or teams share one, in any form. */
    enum GroupNames {
        NONE(false, false),
        SLUGS(true, false),
        IDS(false, true),
        BOTH(true, true);

        private final boolean slugs;
        private final boolean ids;

        GroupNames(boolean slugs, boolean ids) {
            this.slugs = slugs;
            this.ids = ids;
        }

        void add(Organization organization, List<String> names) {
            if (slugs) {
                names.add(organization.login());
            }
            if (ids) {
                names.add("github:org:" + organization.id());
            }
        }

        void add(Team team, List<String> names) {
            if (slugs) {
                names.add(team.organization().login() + ":" + team.slug());
            }
            if (ids) {
                names.add("github:" + team.organization().id() + ":" + team.id());
            }
        }
    }

    Identity identity(Account account) throws RefusedException {
        List<Organization> counted = account.organizations().stream()
                .filter(organization -> allowed.isEmpty() || allowed.stream().anyMatch(each -> each.is(organization)))
                .toList();
        requireNothingHidden(account, counted);
        if (counted.isEmpty() && !allowed.isEmpty()) {
            throw new RefusedException(
                    "not an active member of an allowed organisation, or the application is not" + " approved there");
        }
        String user = userPrefix + (userFromId ? String.valueOf(account.id()) : account.login());
        requireNotSystem(user);
        return Identity.of(user, METHOD).withUid(String.valueOf(account.id())).withGroups(groups(account, counted));
    }

    private List<String> groups(Account account, List<Organization> counted) throws RefusedException {
        List<String> names = new ArrayList<>();
        counted.forEach(organization -> this.names.add(organization, names));
        account.teams().stream()
                .filter(team -> counted.stream()
                        .anyMatch(organization ->
                                organization.id() == team.organization().id()))
                .forEach(team -> this.names.add(team, names));
        if (names.size() > maxGroups) {
            throw new RefusedException("more than " + maxGroups + " groups (max-groups)");
        }
        List<String> groups = names.stream().map(name -> groupPrefix + name).toList();
        for (String group : groups) {
            requireNotSystem(group);
        }
        return groups;
    }

    /** A group that is missing may be one that a rule denies something. */
    private void requireNothingHidden(Account account, List<Organization> counted) throws RefusedException {
        boolean missing = allowed.isEmpty()
                ? !account.hidden().isEmpty()
                : allowed.stream()
                        .filter(each -> counted.stream().noneMatch(each::is))
                        .anyMatch(each -> each.mayBeAmong(account.hidden()));
        if (missing) {
            throw new RefusedException(
                    "GitHub hides an organisation until the token is authorised for its single sign-on");
        }
    }

    private void requireNotSystem(String name) throws RefusedException {
        if (name.startsWith(SYSTEM) && !allowSystem.contains(name)) {
            throw new RefusedException("\"" + name
                    + "\" begins with system:, which is a cluster's own; list it in allow-system to take it");
        }
    }
}
