package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The people of a directory: finds their entries and tells who they are, by what the entry says and not what was typed. */
final class People {

    private static final Logger LOG = LoggerFactory.getLogger(People.class);

    private final PersonRules rules;
    private final GroupSearch groupSearch;
    private final GroupRules groupRules;
    private final String[] attributes;

    People(PersonRules rules, GroupSearch groupSearch, GroupRules groupRules) {
        this.rules = rules;
        this.groupSearch = groupSearch;
        this.groupRules = groupRules;
        List<String> wanted = new ArrayList<>(AccountState.ATTRIBUTES);
        wanted.addAll(List.of(rules.nameAttribute(), "memberOf", SecurityId.ATTRIBUTE, SecurityId.PRIMARY_GROUP));
        this.attributes = wanted.toArray(String[]::new);
    }

    /** Whoever may log in with one of these names; of more than two, two. */
    List<Entry> find(List<String> names, DirectoryReader reader) throws LDAPException {
        List<Filter> alternatives = new ArrayList<>();
        for (String attribute : rules.loginAttributes()) {
            names.forEach(name -> alternatives.add(Filter.createEqualityFilter(attribute, name)));
        }
        return matching(Filter.createORFilter(alternatives), reader);
    }

    /** Whoever is called so; of more than two, two. */
    List<Entry> called(String user, DirectoryReader reader) throws LDAPException {
        return user.startsWith(rules.userPrefix())
                        && user.length() > rules.userPrefix().length()
                ? matching(
                        Filter.createEqualityFilter(
                                rules.nameAttribute(),
                                user.substring(rules.userPrefix().length())),
                        reader)
                : List.of();
    }

    private List<Entry> matching(Filter filter, DirectoryReader reader) throws LDAPException {
        return reader.findTwo(rules.base(), Filter.createANDFilter(rules.filter(), filter), attributes);
    }

    /** The entry of this name, if it is somebody's. */
    Optional<Entry> at(String dn, DirectoryReader reader) throws LDAPException {
        return reader.read(dn, rules.filter(), attributes);
    }

    /** Below which everybody is. */
    String base() {
        return rules.base();
    }

    /**
     * Who it is, with every group.
     *
     * @return authenticated, or rejected when there is no name that can be used
     */
    AuthenticationResult identity(Entry person, DirectoryReader reader) throws LDAPException {
        Optional<String> name = EntryName.of(person, rules.nameAttribute());
        if (name.isEmpty()) {
            return AuthenticationResult.rejected(
                    "the entry has not exactly one " + rules.nameAttribute() + ": " + person.getDN());
        }
        String user = rules.userPrefix() + name.get();
        if (rules.isReserved(user)) {
            return AuthenticationResult.rejected(
                    "the user starts with system:, which is Kubernetes' own; list it in allow-system to take it");
        }
        List<String> groups = new ArrayList<>();
        List<String> nameless = new ArrayList<>();
        List<String> reserved = new ArrayList<>();
        for (Entry group : groupSearch.find(groupRules, person, name.get(), reader)) {
            Optional<String> groupName =
                    EntryName.of(group, groupRules.nameAttribute()).map(rules.groupPrefix()::concat);
            if (groupName.isEmpty()) {
                nameless.add(group.getDN());
            } else if (rules.isReserved(groupName.get())) {
                reserved.add(group.getDN());
            } else {
                groups.add(groupName.get());
            }
        }
        warn(user, nameless, "have not exactly one " + groupRules.nameAttribute());
        warn(user, reserved, "have names that start with system:, which is Kubernetes' own");
        return AuthenticationResult.authenticated(Identity.of(user, "basic").withGroups(groups));
    }

    private static void warn(String user, List<String> groups, String why) {
        if (!groups.isEmpty()) {
            LOG.warn(
                    "{} groups of \"{}\" do not count, as they {}; one is {}", groups.size(), user, why, groups.get(0));
        }
    }
}
