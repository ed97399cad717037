package io.gatehouse.plugin.ldap;

import com.unboundid.ldap.sdk.Entry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an entry says of its account, for when there is no password to ask with: Active Directory's words and others'. */
final class AccountState {

    static final List<String> ATTRIBUTES = List.of(
            "userAccountControl",
            "msDS-User-Account-Control-Computed",
            "accountExpires",
            "pwdLastSet",
            "pwdAccountLockedTime",
            "pwdReset",
            "nsAccountLock");

    private static final long DISABLED = 0x2;
    private static final long LOCKED = 0x10;
    private static final long PASSWORD_EXPIRED = 0x800000;

    /** Active Directory counts tenths of microseconds from the year 1601. */
    private static final Instant FILE_TIME = Instant.parse("1601-01-01T00:00:00Z");

    private AccountState() {}

    /** Why it may not log in, as far as the entry tells. */
    static Optional<String> fault(Entry person, Clock clock) {
        long control = number(person, "userAccountControl").orElse(0L)
                | number(person, "msDS-User-Account-Control-Computed").orElse(0L);
        if ((control & DISABLED) != 0 || Boolean.TRUE.equals(person.getAttributeValueAsBoolean("nsAccountLock"))) {
            return Optional.of("the account is disabled");
        }
        if ((control & LOCKED) != 0 || person.hasAttribute("pwdAccountLockedTime")) {
            return Optional.of("the account is locked");
        }
        if ((control & PASSWORD_EXPIRED) != 0) {
            return Optional.of("the password has expired");
        }
        if (number(person, "pwdLastSet").filter(set -> set == 0).isPresent()
                || Boolean.TRUE.equals(person.getAttributeValueAsBoolean("pwdReset"))) {
            return Optional.of("the password must be changed first");
        }
        boolean expired = number(person, "accountExpires")
                .filter(ticks -> ticks != 0 && ticks != Long.MAX_VALUE)
                .map(ticks -> FILE_TIME.plusSeconds(ticks / 10_000_000))
                .filter(end -> !clock.instant().isBefore(end))
                .isPresent();
        return expired ? Optional.of("the account has expired") : Optional.empty();
    }

    private static Optional<Long> number(Entry person, String attribute) {
        return Optional.ofNullable(person.getAttributeValueAsLong(attribute));
    }
}
