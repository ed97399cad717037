package io.gatehouse.plugin.acl;

import io.gatehouse.spi.Identity;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The users, groups and roles that a policy speaks of, by number: 0 for everyone, then users and groups, then roles.
 *
 * <p>Everyone ({@code *}) is everyone who is authenticated: an anonymous identity, by method, name or group, is nobody
 * here unless a rule names {@code user:system:anonymous} or {@code group:system:unauthenticated} itself.
 */
final class Principals {

    private static final int EVERYONE = 0;
    private static final int NOT_NAMED = -1;

    private final Map<String, Principal> users = new HashMap<>();
    private final Map<String, Principal> groups = new HashMap<>();
    private final RoleGraph roles;
    private final int firstRole;

    /** @param number in rules, or {@link #NOT_NAMED} when only its roles are */
    private record Principal(int number, long[] roles) {}

    Principals(List<Rule> rules, RoleGraph roles) {
        this.roles = roles;
        Map<Subject, Integer> numbers = new HashMap<>();
        for (Rule rule : rules) {
            Subject subject = rule.subject();
            if (subject.kind() == Subject.Kind.USER || subject.kind() == Subject.Kind.GROUP) {
                numbers.putIfAbsent(subject, numbers.size() + 1);
            }
        }
        firstRole = numbers.size() + 1;
        numbers.forEach((subject, number) -> {
            BitSet memberships = roles.members().getOrDefault(subject, new BitSet());
            mapOf(subject).put(subject.name(), new Principal(number, memberships.toLongArray()));
        });
        roles.members()
                .forEach((subject, memberships) -> mapOf(subject)
                        .putIfAbsent(subject.name(), new Principal(NOT_NAMED, memberships.toLongArray())));
    }

    private Map<String, Principal> mapOf(Subject subject) {
        return subject.kind() == Subject.Kind.USER ? users : groups;
    }

    /** The number of a rule's subject. */
    int number(Subject subject) {
        return switch (subject.kind()) {
            case EVERYONE -> EVERYONE;
            case ROLE -> firstRole + roles.number(subject.name());
            case USER, GROUP -> mapOf(subject).get(subject.name()).number();
        };
    }

    /** The numbers of all that an identity is, ascending. */
    int[] numbers(Identity identity) {
        List<String> identityGroups = identity.groups();
        int[] numbers = new int[identityGroups.size() + 2];
        int count = 0;
        if (!isAnonymous(identity)) {
            numbers[count++] = EVERYONE;
        }
        long[] held = new long[roles.count() + 63 >> 6];
        count = collect(users.get(identity.user()), numbers, count, held);
        for (int i = 0; i < identityGroups.size(); i++) {
            count = collect(groups.get(identityGroups.get(i)), numbers, count, held);
        }
        Arrays.sort(numbers, 0, count);
        return appendRoles(numbers, count, held);
    }

    private static int collect(Principal principal, int[] numbers, int count, long[] held) {
        if (principal == null) {
            return count;
        }
        for (int word = 0; word < principal.roles.length; word++) {
            held[word] |= principal.roles[word];
        }
        if (principal.number == NOT_NAMED) {
            return count;
        }
        numbers[count] = principal.number;
        return count + 1;
    }

    private int[] appendRoles(int[] numbers, int count, long[] held) {
        int total = count;
        for (long word : held) {
            total += Long.bitCount(word);
        }
        int[] all = Arrays.copyOf(numbers, total);
        int next = count;
        for (int word = 0; word < held.length; word++) {
            for (long bits = held[word]; bits != 0; bits &= bits - 1) {
                all[next++] = firstRole + (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return all;
    }

    private static boolean isAnonymous(Identity identity) {
        return identity.method().equals("anonymous")
                || identity.user().equals("system:anonymous")
                || identity.groups().contains("system:unauthenticated");
    }
}
