package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;
import java.util.Set;

/** Which entries are people and groups, and what they are called. */
final class PersonSettings {

    static final Setting<String> SEARCH_BASE =
            Setting.text("search-base", "The DN below which people are").required();
    static final Setting<String> USER_FILTER =
            Setting.text("user-filter", "Which entries are people").orElse("(objectClass=*)");
    static final Setting<List<String>> LOGIN_ATTRIBUTES = Setting.texts(
                    "login-attributes", "A name that is typed is looked for in these")
            .orElse(List.of("uid"));
    static final Setting<String> USER_ATTRIBUTE =
            Setting.text("user-attribute", "The user name is the value of this").orElse("uid");
    static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before each user name").orElse("");
    static final Setting<String> GROUPS_BY = Setting.text("groups-by", "How groups are found, see below")
            .orElse("member")
            .oneOf("none", "member", "member-of", "in-chain", "token-groups");
    static final Setting<String> GROUP_BASE =
            Setting.text("group-base", "The DN below which groups are; else search-base");
    static final Setting<String> GROUP_FILTER =
            Setting.text("group-filter", "Which entries are groups").orElse("(objectClass=*)");
    static final Setting<String> GROUP_ATTRIBUTE = Setting.text(
                    "group-attribute", "A group's name is the value of this")
            .orElse("cn");
    static final Setting<String> MEMBER_ATTRIBUTE = Setting.text(
                    "member-attribute", "Where a group names its members, for member and in-chain")
            .orElse("member");
    static final Setting<Boolean> MEMBERS_BY_NAME = Setting.flag(
                    "members-by-name", "Members are user names, as in memberUid, and not DNs")
            .orElse(false);
    static final Setting<Boolean> NESTED = Setting.flag(
                    "nested", "Who is in a group that is in a group is in both, for member and member-of")
            .orElse(true);
    static final Setting<Integer> MAX_GROUPS = Setting.integer("max-groups", "Who is in more groups can not log in")
            .orElse(1_000);
    static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each group").orElse("");
    static final Setting<List<String>> ALLOW_SYSTEM = Setting.texts(
                    "allow-system", "Names of users and groups that may start with system: and still count")
            .orElse(List.of());

    private final Settings settings;
    private final Problems problems;

    PersonSettings(Settings settings, Problems problems) {
        this.settings = settings;
        this.problems = problems;
    }

    static List<Setting<?>> list() {
        return List.of(
                SEARCH_BASE,
                USER_FILTER,
                LOGIN_ATTRIBUTES,
                USER_ATTRIBUTE,
                USER_PREFIX,
                GROUPS_BY,
                GROUP_BASE,
                GROUP_FILTER,
                GROUP_ATTRIBUTE,
                MEMBER_ATTRIBUTE,
                MEMBERS_BY_NAME,
                NESTED,
                MAX_GROUPS,
                GROUP_PREFIX,
                ALLOW_SYSTEM);
    }

    /** Checks everything; what is made counts only when there are no problems. */
    People read() {
        problems.within(settings, MAX_GROUPS, 1, 5_000);
        if (settings.get(LOGIN_ATTRIBUTES).isEmpty()) {
            problems.add(settings, LOGIN_ATTRIBUTES, "expected at least one attribute");
        }
        List<String> logins = settings.get(LOGIN_ATTRIBUTES).stream()
                .map(name -> attribute(LOGIN_ATTRIBUTES, name))
                .toList();
        PersonRules people = new PersonRules(
                dn(SEARCH_BASE, settings.get(SEARCH_BASE)),
                filter(USER_FILTER),
                logins,
                attribute(USER_ATTRIBUTE, settings.get(USER_ATTRIBUTE)),
                settings.get(USER_PREFIX),
                settings.get(GROUP_PREFIX),
                Set.copyOf(settings.get(ALLOW_SYSTEM)));
        GroupRules groups = new GroupRules(
                settings.find(GROUP_BASE).map(base -> dn(GROUP_BASE, base)).orElse(people.base()),
                filter(GROUP_FILTER),
                attribute(GROUP_ATTRIBUTE, settings.get(GROUP_ATTRIBUTE)),
                attribute(MEMBER_ATTRIBUTE, settings.get(MEMBER_ATTRIBUTE)),
                settings.get(MEMBERS_BY_NAME),
                settings.get(NESTED),
                settings.get(MAX_GROUPS));
        return new People(people, GroupSearch.of(settings.get(GROUPS_BY)), groups);
    }

    private String dn(Setting<String> setting, String text) {
        return problems.parsed(settings, setting, text, value -> {
                    if (value.isBlank() || !DN.isValidDN(value)) {
                        throw new IllegalArgumentException("expected a DN, such as ou=people,dc=example,dc=org");
                    }
                    return value;
                })
                .orElse("");
    }

    private Filter filter(Setting<String> setting) {
        return problems.parsed(settings, setting, settings.get(setting), value -> {
                    try {
                        return Filter.create(value);
                    } catch (LDAPException e) {
                        throw new IllegalArgumentException("expected a filter, such as (objectClass=person)", e);
                    }
                })
                .orElseGet(Filter::createORFilter);
    }

    private String attribute(Setting<?> setting, String text) {
        return problems.parsed(settings, setting, text, value -> {
                    if (!value.matches("[A-Za-z][A-Za-z0-9-]*|[0-9]+(\\.[0-9]+)+")) {
                        throw new IllegalArgumentException("expected the name of an attribute");
                    }
                    return value;
                })
                .orElse("");
    }
}
