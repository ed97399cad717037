package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Active Directory's binary SIDs ([MS-DTYP] 2.4.2.2). */
final class SecurityId {

    static final String ATTRIBUTE = "objectSid";
    static final String PRIMARY_GROUP = "primaryGroupID";

    private static final int SHORTEST = 12;

    private SecurityId() {}

    /** That of somebody's primary group: their domain's, with another last part. */
    static Optional<byte[]> ofPrimaryGroup(Entry person) {
        byte[] own = person.getAttributeValueBytes(ATTRIBUTE);
        Integer relative = person.getAttributeValueAsInteger(PRIMARY_GROUP);
        if (own == null || own.length < SHORTEST || relative == null) {
            return Optional.empty();
        }
        byte[] group = own.clone();
        ByteBuffer.wrap(group).order(ByteOrder.LITTLE_ENDIAN).putInt(group.length - Integer.BYTES, relative);
        return Optional.of(group);
    }
}
