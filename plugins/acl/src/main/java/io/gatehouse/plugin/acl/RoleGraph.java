package io.gatehouse.plugin.acl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who has which role, with what roles bring by being members of further roles. Roles are numbered from 0. */
final class RoleGraph {

    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<Subject, BitSet> members = new HashMap<>();
    private final List<List<Membership>> memberOf = new ArrayList<>();
    private final TreeMap<Integer, String> cycles = new TreeMap<>();

    RoleGraph(List<Membership> memberships) {
        for (Membership membership : memberships) {
            if (numbers.putIfAbsent(membership.role(), numbers.size()) == null) {
                memberOf.add(new ArrayList<>());
            }
        }
        for (Membership membership : memberships) {
            Subject member = membership.member();
            if (member.kind() == Subject.Kind.ROLE && exists(member.name())) {
                memberOf.get(numbers.get(member.name())).add(membership);
            }
        }
        BitSet[] closures = closures();
        for (Membership membership : memberships) {
            if (membership.member().kind() != Subject.Kind.ROLE) {
                members.computeIfAbsent(membership.member(), member -> new BitSet())
                        .or(closures[numbers.get(membership.role())]);
            }
        }
    }

    boolean exists(String role) {
        return numbers.containsKey(role);
    }

    int count() {
        return numbers.size();
    }

    /** The number of a role that exists. */
    int number(String role) {
        return numbers.get(role);
    }

    /** Users and groups with the numbers of all roles that they have, directly or not. */
    Map<Subject, BitSet> members() {
        return members;
    }

    /** A message for each circle of roles, by the line that closes it. */
    Map<Integer, String> cycles() {
        return cycles;
    }

    /** Each role with all that it brings. Roles are taken once all that they are members of are done (Kahn). */
    private BitSet[] closures() {
        int count = numbers.size();
        BitSet[] closures = new BitSet[count];
        int[] open = new int[count];
        List<List<Integer>> holders = new ArrayList<>();
        for (int role = 0; role < count; role++) {
            holders.add(new ArrayList<>());
            closures[role] = new BitSet();
            closures[role].set(role);
        }
        Deque<Integer> ready = new ArrayDeque<>();
        for (int role = 0; role < count; role++) {
            open[role] = memberOf.get(role).size();
            for (Membership membership : memberOf.get(role)) {
                holders.get(numbers.get(membership.role())).add(role);
            }
            if (open[role] == 0) {
                ready.add(role);
            }
        }
        BitSet waiting = new BitSet();
        waiting.set(0, count);
        while (!ready.isEmpty()) {
            int done = ready.remove();
            waiting.clear(done);
            for (int holder : holders.get(done)) {
                closures[holder].or(closures[done]);
                if (--open[holder] == 0) {
                    ready.add(holder);
                }
            }
        }
        describeCycles(waiting);
        return closures;
    }

    /** Whatever still waits is in a circle or leads into one: follow memberships until a role comes again. */
    private void describeCycles(BitSet waiting) {
        BitSet seen = new BitSet();
        for (int start = waiting.nextSetBit(0); start >= 0; start = waiting.nextSetBit(start + 1)) {
            Map<Integer, Membership> walk = new LinkedHashMap<>();
            int role = start;
            while (!seen.get(role)) {
                seen.set(role);
                Membership next = firstWaiting(role, waiting);
                walk.put(role, next);
                role = numbers.get(next.role());
            }
            if (walk.containsKey(role)) {
                describe(role, walk);
            }
        }
    }

    private Membership firstWaiting(int role, BitSet waiting) {
        for (Membership membership : memberOf.get(role)) {
            if (waiting.get(numbers.get(membership.role()))) {
                return membership;
            }
        }
        throw new IllegalStateException("a role waits for nothing");
    }

    private void describe(int first, Map<Integer, Membership> walk) {
        StringBuilder text = new StringBuilder();
        int line = 0;
        int role = first;
        do {
            Membership next = walk.get(role);
            line = Math.max(line, next.line());
            text.append(next.member().name()).append(" is in ").append(next.role());
            text.append(" (line ").append(next.line()).append("), ");
            role = numbers.get(next.role());
        } while (role != first);
        cycles.put(line, "roles go in a circle: " + text.substring(0, text.length() - 2));
    }
}
