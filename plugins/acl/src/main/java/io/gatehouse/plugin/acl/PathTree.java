package io.gatehouse.plugin.acl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node of the tree of path segments, immutable. The children of a literal segment stand in an open hash table. */
final class PathTree {

    private final String segment;
    private final Grants exact;
    private final Grants subtree;
    private final List<PathTree> any;
    private final PathTree[] table;

    private PathTree(String segment, Grants exact, Grants subtree, List<PathTree> any, List<PathTree> literals) {
        this.segment = segment;
        this.exact = exact;
        this.subtree = subtree;
        this.any = any;
        this.table = table(literals);
    }

    private static PathTree[] table(List<PathTree> literals) {
        if (literals.isEmpty()) {
            return new PathTree[0];
        }
        PathTree[] table = new PathTree[Integer.highestOneBit(literals.size()) * 4];
        for (PathTree literal : literals) {
            int slot = slot(literal.segment.hashCode(), table.length);
            while (table[slot] != null) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = literal;
        }
        return table;
    }

    private static int slot(int hash, int length) {
        return (hash ^ hash >>> 16) * 0x9E3779B9 >>> 8 & length - 1;
    }

    /** Visits every place that the path's segments from {@code depth} on match. No deeper than the deepest rule. */
    void search(RequestPath path, int depth, PolicySearch search) {
        subtree.search(search);
        if (depth == path.count()) {
            exact.search(search);
            return;
        }
        if (table.length != 0) {
            int slot = slot(path.hash(depth), table.length);
            for (PathTree child = table[slot]; child != null; child = table[slot]) {
                if (path.segmentEquals(depth, child.segment)) {
                    child.search(path, depth + 1, search);
                    break;
                }
                slot = slot + 1 & table.length - 1;
            }
        }
        if (!any.isEmpty()) {
            any.get(0).search(path, depth + 1, search);
        }
    }

    /** Collects rules while a policy is compiled. */
    static final class Builder {
        private final String segment;
        private final Map<String, Builder> children = new HashMap<>();
        private final Grants.Builder exact = new Grants.Builder();
        private final Grants.Builder subtree = new Grants.Builder();

        Builder(String segment) {
            this.segment = segment;
        }

        void add(PathPattern pattern, int subject, int target, Rule rule) {
            Builder node = this;
            for (String next : pattern.segments()) {
                node = node.children.computeIfAbsent(next, Builder::new);
            }
            (pattern.subtree() ? node.subtree : node.exact).add(subject, target, rule, rule.actions());
        }

        PathTree build() {
            List<PathTree> any = new ArrayList<>();
            List<PathTree> literals = new ArrayList<>();
            for (Builder child : children.values()) {
                (child.segment.equals(PathPattern.ANY) ? any : literals).add(child.build());
            }
            return new PathTree(segment, exact.build(), subtree.build(), List.copyOf(any), literals);
        }
    }
}
