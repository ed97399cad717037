package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.List;
import java.util.Optional;

/** The one name that an entry has by an attribute. */
final class EntryName {

    private EntryName() {}

    /** The value; of several that which the entry's DN begins with; nothing when there is none, or it is open which. */
    static Optional<String> of(Entry entry, String attribute) throws LDAPException {
        String[] values = entry.getAttributeValues(attribute);
        if (values == null || values.length == 0) {
            return Optional.empty();
        }
        if (values.length == 1) {
            return Optional.of(values[0]).filter(value -> !value.isBlank());
        }
        RDN first = entry.getParsedDN().getRDN();
        return List.of(values).stream()
                .filter(value -> !value.isBlank() && first.hasAttributeValue(attribute, value))
                .findFirst();
    }
}
