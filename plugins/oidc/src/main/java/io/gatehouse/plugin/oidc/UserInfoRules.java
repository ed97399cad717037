package io.gatehouse.plugin.oidc;

import io.gatehouse.plugin.oidc.ClaimsPolicy.RequiredClaim;
import io.gatehouse.spi.Identity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who the user information of an OAuth 2 provider is about, and whether they may log in at all. What is missing, or of
 * another kind than expected, refuses the login.
 *
 * @param id never changes for an account
 * @param names what they are called
 * @param entry which of them may log in
 */
record UserInfoRules(ClaimPath id, Names names, Entry entry) {

    private static final String METHOD = "oauth2";
    private static final String SYSTEM = "system:";

    /**
     * What people and groups are called.
     *
     * @param allowSystem the names that may begin with {@code system:}
     */
    record Names(
            ClaimPath user,
            String userPrefix,
            Optional<ClaimPath> groups,
            String groupPrefix,
            Set<String> allowSystem) {}

    /**
     * Who may log in: all that is written must hold.
     *
     * @param groups one is enough; empty for any
     * @param required what must be there
     * @param domains lower case, one is enough; empty for any
     * @param verified what must be true
     */
    record Entry(
            Set<String> groups,
            List<RequiredClaim> required,
            Set<String> domains,
            ClaimPath email,
            Optional<ClaimPath> verified) {}

    /** @throws RefusedTokenException when they may not log in, or it can not be told */
    Identity identity(Map<String, Object> person) throws RefusedTokenException {
        String account = name(person, id);
        List<String> groups = groups(person);
        requireEntry(person, groups);
        String user = names.userPrefix() + name(person, names.user());
        requireNotSystem(user, "the user name");
        List<String> prefixed = new ArrayList<>();
        for (String group : groups) {
            String name = names.groupPrefix() + group;
            requireNotSystem(name, "a group");
            prefixed.add(name);
        }
        return Identity.of(user, METHOD).withUid(account).withGroups(prefixed);
    }

    private void requireEntry(Map<String, Object> person, List<String> groups) throws RefusedTokenException {
        for (RequiredClaim required : entry.required()) {
            if (!required.isIn(person)) {
                throw new RefusedTokenException("the required value " + required.path() + " is missing or another");
            }
        }
        if (!entry.groups().isEmpty() && groups.stream().noneMatch(entry.groups()::contains)) {
            throw new RefusedTokenException("not in one of allowed-groups");
        }
        if (entry.verified().isPresent() && !entry.verified().get().in(person).equals(Optional.of(true))) {
            throw new RefusedTokenException(entry.verified().get() + " is not true");
        }
        if (!entry.domains().isEmpty()) {
            String email = name(person, entry.email());
            int at = email.indexOf('@');
            String domain = email.substring(at + 1).toLowerCase(Locale.ROOT); // with a second @ it is none of them
            if (at < 1 || !entry.domains().contains(domain)) {
                throw new RefusedTokenException("the e-mail is not of one of email-domains");
            }
        }
    }

    private List<String> groups(Map<String, Object> person) throws RefusedTokenException {
        if (names.groups().isEmpty()) {
            return List.of();
        }
        ClaimPath path = names.groups().get();
        Object value =
                path.in(person).orElseThrow(() -> new RefusedTokenException("the groups, " + path + ", are missing"));
        List<?> values = value instanceof List<?> list ? list : List.of(value);
        if (values.size() > IdentityRules.MOST_GROUPS) {
            throw new RefusedTokenException("more than " + IdentityRules.MOST_GROUPS + " groups");
        }
        List<String> groups = new ArrayList<>();
        for (Object each : values) {
            groups.add(IdentityRules.name(each, path));
        }
        return groups;
    }

    /** A text, or a whole number, as many providers count their accounts. */
    private static String name(Map<String, Object> person, ClaimPath path) throws RefusedTokenException {
        Object value =
                path.in(person).orElseThrow(() -> new RefusedTokenException("the member " + path + " is missing"));
        boolean whole = value instanceof BigDecimal number && number.scale() == 0;
        return IdentityRules.name(whole ? value.toString() : value, path);
    }

    private void requireNotSystem(String name, String what) throws RefusedTokenException {
        if (name.startsWith(SYSTEM) && !names.allowSystem().contains(name)) {
            throw new RefusedTokenException(IdentityRules.reserved(what));
        }
    }
}
