package io.gatehouse.pipeline;

import io.gatehouse.spi.Identity;
import java.util.Optional;

/** What the host demands of an identity, whatever plugin made it, before any header or record is built from it. */
public final class IdentityRules {

    private static final int LONGEST_NAME = 1_024;
    private static final int MOST_GROUPS = 5_000;

    private IdentityRules() {}

    /** What is wrong with an identity; the message does not repeat it. */
    public static Optional<String> fault(Identity identity) {
        if (isUnfit(identity.user())) {
            return Optional.of("the user name is too long or has a control character or a blank at an end");
        }
        if (identity.method().equals(Identity.IMPERSONATION)) {
            return Optional.of("its method is the host's own");
        }
        if (identity.groups().size() > MOST_GROUPS) {
            return Optional.of("more than " + MOST_GROUPS + " groups");
        }
        for (String group : identity.groups()) {
            if (isUnfit(group)) {
                return Optional.of("a group is empty, too long, or has a control character or a blank at an end");
            }
        }
        boolean unfitExtra = identity.extra().entrySet().stream()
                .anyMatch(entry -> isUnfit(entry.getKey())
                        || entry.getValue().stream()
                                .anyMatch(value -> value.chars().anyMatch(Character::isISOControl)));
        return unfitExtra ? Optional.of("an extra has a control character") : Optional.empty();
    }

    private static boolean isUnfit(String name) {
        return name.isEmpty()
                || name.length() > LONGEST_NAME
                || name.charAt(0) <= ' '
                || name.charAt(name.length() - 1) <= ' '
                || name.chars().anyMatch(Character::isISOControl);
    }
}
