package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Collects the groups of one person, each once, however they are nested, and not more than are allowed. */
final class GroupQuery {

    /** So many are asked about in one filter. */
    private static final int BATCH = 50;

    private static final String MEMBER_OF = "memberOf";

    private final GroupRules rules;
    private final DirectoryReader reader;
    private final Map<DN, Entry> found = new LinkedHashMap<>();

    GroupQuery(GroupRules rules, DirectoryReader reader) {
        this.rules = rules;
        this.reader = reader;
    }

    List<Entry> found() {
        return List.copyOf(found.values());
    }

    /**
     * Adds the groups that match one of many filters.
     *
     * @return those that were not there yet
     */
    <T> List<Entry> addMatching(List<T> values, Function<T, Filter> filter) throws LDAPException {
        List<Entry> added = new ArrayList<>();
        for (int i = 0; i < values.size(); i += BATCH) {
            List<Filter> alternatives = values.subList(i, Math.min(values.size(), i + BATCH)).stream()
                    .map(filter)
                    .toList();
            Filter both = Filter.createANDFilter(rules.filter(), Filter.createORFilter(alternatives));
            for (Entry entry : reader.findAll(rules.base(), both, rules.most(), attributes())) {
                add(entry, added);
            }
        }
        return added;
    }

    /** Adds the groups of these names that are below the base; the other names count for nothing. */
    List<Entry> addNamed(List<String> names) throws LDAPException {
        List<Entry> added = new ArrayList<>();
        DN base = new DN(rules.base());
        for (String name : names) {
            if (!found.containsKey(new DN(name)) && base.isAncestorOf(name, true)) {
                Optional<Entry> entry = reader.read(name, rules.filter(), attributes());
                if (entry.isPresent()) {
                    add(entry.get(), added);
                }
            }
        }
        return added;
    }

    /** Adds the primary group, which an Active Directory names in no list of members. */
    List<Entry> addPrimary(Entry person) throws LDAPException {
        Optional<byte[]> group = SecurityId.ofPrimaryGroup(person);
        return addMatching(group.stream().toList(), bytes -> Filter.createEqualityFilter(SecurityId.ATTRIBUTE, bytes));
    }

    /** The groups that an entry says it is in. */
    List<String> memberOf(Entry entry) throws LDAPException {
        return new WholeAttribute(reader, rules.most()).values(entry, MEMBER_OF);
    }

    private void add(Entry entry, List<Entry> added) throws LDAPException {
        if (found.putIfAbsent(entry.getParsedDN(), entry) == null) {
            added.add(entry);
        }
        if (found.size() > rules.most()) {
            throw new LDAPException(
                    ResultCode.SIZE_LIMIT_EXCEEDED, "more than " + rules.most() + " groups (max-groups)");
        }
    }

    private String[] attributes() {
        return new String[] {rules.nameAttribute(), MEMBER_OF};
    }
}
