package io.gatehouse.plugin.acl;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node of the tree of Kubernetes objects, immutable. Its levels are group, resource, subresource, namespace and name;
 * below the last are the grants. What is empty is shared: a decision is fast when it touches little memory.
 */
final class KubernetesTree {

    private static final int SUBRESOURCE = 2;
    private static final int LEVELS = 5;

    private static final PrefixTable<KubernetesTree> NO_PREFIXES = new PrefixTable<>(new TreeMap<>());

    /** Stands for no child. */
    private static final KubernetesTree NOTHING = new KubernetesTree(new Builder(), null);

    private final Map<String, KubernetesTree> exact;
    private final PrefixTable<KubernetesTree> prefixes;
    private final KubernetesTree any;
    private final Grants grants;

    private KubernetesTree(Builder builder, KubernetesTree nothing) {
        Map<String, KubernetesTree> exactChildren = new HashMap<>();
        TreeMap<String, KubernetesTree> prefixChildren = new TreeMap<>();
        KubernetesTree anyChild = nothing;
        for (Map.Entry<TextPattern, Builder> entry : builder.children.entrySet()) {
            KubernetesTree child = entry.getValue().build();
            switch (entry.getKey().kind()) {
                case ANY -> anyChild = child;
                case EXACT -> exactChildren.put(entry.getKey().text(), child);
                case PREFIX -> prefixChildren.put(entry.getKey().text(), child);
            }
        }
        exact = exactChildren.isEmpty() ? Map.of() : exactChildren;
        prefixes = prefixChildren.isEmpty() ? NO_PREFIXES : new PrefixTable<>(prefixChildren);
        any = anyChild;
        grants = builder.grants.build();
    }

    /**
     * Visits every place that matches.
     *
     * @param parts of the object, one a level
     * @param byNameOnly whether only an exact subresource matches
     */
    void search(String[] parts, boolean byNameOnly, PolicySearch search) {
        search(parts, 0, byNameOnly, search);
    }

    private void search(String[] parts, int level, boolean byNameOnly, PolicySearch search) {
        if (level == LEVELS) {
            grants.search(search);
            return;
        }
        String part = parts[level];
        if (!exact.isEmpty()) {
            KubernetesTree child = exact.get(part);
            if (child != null) {
                child.search(parts, level + 1, byNameOnly, search);
            }
        }
        if (any != NOTHING) {
            any.search(parts, level + 1, byNameOnly, search);
        }
        if (prefixes == NO_PREFIXES || part.isEmpty() || level == SUBRESOURCE && byNameOnly) {
            return;
        }
        for (int place = prefixes.longest(part); place >= 0; place = prefixes.shorter(place)) {
            prefixes.value(place).search(parts, level + 1, byNameOnly, search);
        }
    }

    /** Collects rules while a policy is compiled. */
    static final class Builder {
        private final Map<TextPattern, Builder> children = new HashMap<>();
        private final Grants.Builder grants = new Grants.Builder();

        /** @param actions those of the rule's that count at this place */
        void add(Iterable<TextPattern> patterns, int subject, int target, Rule rule, int actions) {
            Builder node = this;
            for (TextPattern pattern : patterns) {
                node = node.children.computeIfAbsent(pattern, key -> new Builder());
            }
            node.grants.add(subject, target, rule, actions);
        }

        KubernetesTree build() {
            return new KubernetesTree(this, NOTHING);
        }
    }
}
