package io.gatehouse.plugin.ldap;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What people type as their name. */
final class TypedName {

    private static final int LONGEST = 256;

    private final List<String> domains;

    /** @param domains that may stand around a name, as {@code CORP\} or {@code @corp.example.com} */
    TypedName(List<String> domains) {
        this.domains = List.copyOf(domains);
    }

    /** The name alone; nothing when nobody can be called so. */
    Optional<String> alone(String typed) {
        boolean odd = typed.isBlank()
                || typed.length() > LONGEST
                || typed.codePoints()
                        .anyMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                                || Character.getType(c) == Character.SURROGATE);
        if (odd) {
            return Optional.empty();
        }
        for (String domain : domains) {
            if (typed.regionMatches(true, 0, domain + "\\", 0, domain.length() + 1)) {
                return rest(typed.substring(domain.length() + 1));
            }
            int at = typed.length() - domain.length() - 1;
            if (at > 0 && typed.regionMatches(true, at, "@" + domain, 0, domain.length() + 1)) {
                return rest(typed.substring(0, at));
            }
        }
        return Optional.of(typed);
    }

    private static Optional<String> rest(String name) {
        return name.isBlank() ? Optional.empty() : Optional.of(name);
    }

    /** The same for every spelling that a directory may take for the same name. */
    static String folded(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
    }
}
