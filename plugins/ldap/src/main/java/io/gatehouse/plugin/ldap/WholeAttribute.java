package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Reads an attribute of which Active Directory gives a range at a time ([MS-ADTS] 3.1.1.3.1.3.3), to its end. */
final class WholeAttribute {

    private static final String RANGE = "range=";

    private final DirectoryReader reader;
    private final int most;

    /** @param most so many values are read; more are a failure */
    WholeAttribute(DirectoryReader reader, int most) {
        this.reader = reader;
        this.most = most;
    }

    List<String> values(Entry entry, String name) throws LDAPException {
        List<String> values = new ArrayList<>();
        OptionalInt next = take(entry, name, values);
        while (next.isPresent()) {
            int from = next.getAsInt();
            Entry part = reader.read(
                            entry.getDN(), Filter.createPresenceFilter("objectClass"), name + ";" + RANGE + from + "-*")
                    .orElseThrow(() -> new LDAPException(ResultCode.NO_SUCH_OBJECT, "an entry went away"));
            next = take(part, name, values);
            if (next.isPresent() && next.getAsInt() <= from) {
                throw new LDAPException(ResultCode.DECODING_ERROR, "the ranges of " + name + " do not go on");
            }
        }
        return values;
    }

    /** Adds what an entry has of it, and tells where the next range begins, if there is one. */
    private OptionalInt take(Entry entry, String name, List<String> values) throws LDAPException {
        OptionalInt next = OptionalInt.empty();
        for (Attribute attribute : entry.getAttributes()) {
            if (attribute.getBaseName().equalsIgnoreCase(name)) {
                values.addAll(List.of(attribute.getValues()));
                for (String option : attribute.getOptions()) {
                    String range = option.toLowerCase(Locale.ROOT);
                    if (range.startsWith(RANGE)) {
                        next = following(range.substring(range.indexOf('-') + 1));
                    }
                }
            }
        }
        if (values.size() > most) {
            throw new LDAPException(ResultCode.SIZE_LIMIT_EXCEEDED, "more than " + most + " values of " + name);
        }
        return next;
    }

    private static OptionalInt following(String last) throws LDAPException {
        if (last.equals("*")) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Math.addExact(Integer.parseInt(last), 1));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new LDAPException(ResultCode.DECODING_ERROR, "a range can not be read", e);
        }
    }
}
