package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.Optional;

/**
 * Makes the name of a direct bind from what a user typed: {@code uid={user},ou=people,dc=example,dc=org},
 * {@code {user}@corp.example.com} or {@code CORP\{user}}. A DN is built of its parts by the library, never as text.
 */
final class BindName {

    private static final String USER = "{user}";

    /** What no Active Directory account name has, and what could make one form look like another. */
    private static final String FOREIGN = "\"/\\[]:;|=,+*?<>@{}";

    private final String attribute;
    private final DN parent;
    private final String before;
    private final String after;

    private BindName(String attribute, DN parent, String before, String after) {
        this.attribute = attribute;
        this.parent = parent;
        this.before = before;
        this.after = after;
    }

    /** @throws IllegalArgumentException with a message for the administrator */
    static BindName parse(String template) {
        if (template.startsWith(USER + "@") && isDomain(template.substring(USER.length() + 1))) {
            return new BindName("", DN.NULL_DN, "", template.substring(USER.length()));
        }
        int backslash = template.indexOf('\\');
        if (backslash > 0
                && template.substring(backslash + 1).equals(USER)
                && isDomain(template.substring(0, backslash))) {
            return new BindName("", DN.NULL_DN, template.substring(0, backslash + 1), "");
        }
        return dn(template)
                .orElseThrow(() -> new IllegalArgumentException("expected {user}@domain, DOMAIN\\{user}, or a DN whose"
                        + " first part is an attribute with the value {user}"));
    }

    private static Optional<BindName> dn(String template) {
        try {
            DN dn = new DN(template);
            RDN first = dn.getRDN();
            boolean fits = first != null
                    && !first.isMultiValued()
                    && first.getAttributeValues()[0].equals(USER)
                    && dn.getParent() != null
                    && !dn.getParent().toString().contains(USER);
            return fits
                    ? Optional.of(new BindName(first.getAttributeNames()[0], dn.getParent(), "", ""))
                    : Optional.empty();
        } catch (LDAPException e) {
            return Optional.empty();
        }
    }

    private static boolean isDomain(String text) {
        return text.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    }

    /** Whether it names an entry by itself. */
    boolean isDn() {
        return !attribute.isEmpty();
    }

    /** What goes around a name, which users may type as well. */
    Optional<String> domain() {
        if (isDn()) {
            return Optional.empty();
        }
        return Optional.of(before.isEmpty() ? after.substring(1) : before.substring(0, before.length() - 1));
    }

    /** The name to bind with; nothing when nobody can be called so. */
    Optional<String> of(String user) {
        if (isDn()) {
            return Optional.of(new DN(new RDN(attribute, user), parent).toString());
        }
        boolean foreign = user.chars().anyMatch(c -> FOREIGN.indexOf(c) >= 0);
        return foreign ? Optional.empty() : Optional.of(before + user + after);
    }
}
