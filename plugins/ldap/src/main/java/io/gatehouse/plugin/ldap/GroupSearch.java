package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The ways to find somebody's groups, by the words of the setting {@code groups-by}. */
enum GroupSearch {

    /** No groups at all. */
    NONE {
        @Override
        void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader) {}
    },

    /** Groups that name their members; then the groups that name those, and so on. */
    MEMBER {
        @Override
        void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader)
                throws LDAPException {
            String attribute = rules.memberAttribute();
            String member = rules.membersByName() ? user : person.getDN();
            List<Entry> level = new ArrayList<>(query.addPrimary(person));
            level.addAll(query.addMatching(List.of(member), value -> Filter.createEqualityFilter(attribute, value)));
            while (rules.nested() && !rules.membersByName() && !level.isEmpty()) {
                level = query.addMatching(names(level), dn -> Filter.createEqualityFilter(attribute, dn));
            }
        }
    },

    /** Entries that name their groups; then what those name, and so on. */
    MEMBER_OF {
        @Override
        void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader)
                throws LDAPException {
            List<Entry> level = new ArrayList<>(query.addPrimary(person));
            level.addAll(query.addNamed(query.memberOf(person)));
            while (rules.nested() && !level.isEmpty()) {
                List<Entry> next = new ArrayList<>();
                for (Entry group : level) {
                    next.addAll(query.addNamed(query.memberOf(group)));
                }
                level = next;
            }
        }
    },

    /** Active Directory walks up itself, LDAP_MATCHING_RULE_IN_CHAIN ([MS-ADTS] 3.1.1.3.4.4.3). */
    IN_CHAIN {
        @Override
        void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader)
                throws LDAPException {
            List<String> members = new ArrayList<>(List.of(person.getDN()));
            members.addAll(names(query.addPrimary(person)));
            query.addMatching(
                    members,
                    dn -> Filter.createExtensibleMatchFilter(
                            rules.memberAttribute(), "1.2.840.113556.1.4.1941", false, dn));
        }
    },

    /** Active Directory has worked it out already ([MS-ADTS] 3.1.1.4.5.19). */
    TOKEN_GROUPS {
        @Override
        void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader)
                throws LDAPException {
            Optional<Entry> token =
                    reader.read(person.getDN(), Filter.createPresenceFilter("objectClass"), TOKEN_GROUPS_ATTRIBUTE);
            byte[][] groups = token.map(entry -> entry.getAttributeValueByteArrays(TOKEN_GROUPS_ATTRIBUTE))
                    .orElseGet(() -> new byte[0][]);
            if (groups.length == 0) {
                // Everybody has a primary group at least.
                throw new LDAPException(ResultCode.NO_SUCH_ATTRIBUTE, "no tokenGroups can be read");
            }
            query.addMatching(List.of(groups), bytes -> Filter.createEqualityFilter(SecurityId.ATTRIBUTE, bytes));
        }
    };

    private static final String TOKEN_GROUPS_ATTRIBUTE = "tokenGroups";

    /** By its word, such as {@code in-chain}. */
    static GroupSearch of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    abstract void collect(GroupRules rules, Entry person, String user, GroupQuery query, DirectoryReader reader)
            throws LDAPException;

    /**
     * Every group of somebody.
     *
     * @throws LDAPException when not all of them can be told: a group that is missing may be one that is denied something
     */
    List<Entry> find(GroupRules rules, Entry person, String user, DirectoryReader reader) throws LDAPException {
        GroupQuery query = new GroupQuery(rules, reader);
        collect(rules, person, user, query, reader);
        return query.found();
    }

    private static List<String> names(List<Entry> entries) {
        return entries.stream().map(Entry::getDN).toList();
    }
}
