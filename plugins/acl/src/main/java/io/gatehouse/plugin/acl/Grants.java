package io.gatehouse.plugin.acl;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules that end at one place of a tree, by subject and target. For each action only the first line that
 * allows it and the first that denies it count, so a lookup does not grow with the rules.
 */
final class Grants {

    static final Grants NONE = new Grants(new TreeMap<>());

    /** No line: lines count from 1. */
    static final int NO_LINE = 0;

    private static final int BITS = Math.max(Actions.COUNT, KubernetesVerbs.COUNT);

    private final long[] keys;
    private final int[][] allowLines;
    private final int[][] denyLines;

    private Grants(TreeMap<Long, Lines> lines) {
        keys = new long[lines.size()];
        allowLines = new int[lines.size()][];
        denyLines = new int[lines.size()][];
        int index = 0;
        for (Map.Entry<Long, Lines> entry : lines.entrySet()) {
            keys[index] = entry.getKey();
            allowLines[index] = entry.getValue().allow;
            denyLines[index] = entry.getValue().deny;
            index++;
        }
    }

    /** A key for a subject and a target, both by number. */
    static long key(int subject, int target) {
        return (long) subject << 32 | target;
    }

    /** Looks up the keys of a search, going through the smaller of the two sorted lists. */
    void search(PolicySearch search) {
        if (keys.length == 0) {
            return;
        }
        long[] wanted = search.keys();
        if (wanted.length <= keys.length) {
            for (long key : wanted) {
                int index = Arrays.binarySearch(keys, key);
                if (index >= 0) {
                    search.found(allowLines[index], denyLines[index]);
                }
            }
        } else {
            for (int index = 0; index < keys.length; index++) {
                if (Arrays.binarySearch(wanted, keys[index]) >= 0) {
                    search.found(allowLines[index], denyLines[index]);
                }
            }
        }
    }

    /** First lines by action; the arrays are shared and empty where there is none. */
    private static final class Lines {
        private static final int[] NOTHING = new int[0];

        private int[] allow = NOTHING;
        private int[] deny = NOTHING;

        void add(Rule rule, int actions) {
            if (rule.denies()) {
                deny = merged(deny, rule.line(), actions);
            } else {
                allow = merged(allow, rule.line(), actions);
            }
        }

        private static int[] merged(int[] lines, int line, int actions) {
            int[] merged = lines.length == 0 ? new int[BITS] : lines;
            for (int bit = 0; bit < BITS; bit++) {
                if ((actions & 1 << bit) != 0 && (merged[bit] == NO_LINE || line < merged[bit])) {
                    merged[bit] = line;
                }
            }
            return merged;
        }
    }

    /** Collects rules while a policy is compiled. */
    static final class Builder {
        private final TreeMap<Long, Lines> lines = new TreeMap<>();

        /** @param actions those of the rule's that count at this place */
        void add(int subject, int target, Rule rule, int actions) {
            if (actions != 0) {
                lines.computeIfAbsent(key(subject, target), key -> new Lines()).add(rule, actions);
            }
        }

        Grants build() {
            return lines.isEmpty() ? NONE : new Grants(lines);
        }
    }
}
