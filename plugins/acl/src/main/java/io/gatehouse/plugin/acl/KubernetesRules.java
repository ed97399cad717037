package io.gatehouse.plugin.acl;

import java.util.List;

/** The rules on Kubernetes objects and on paths of Kubernetes, made ready for decisions. Immutable. */
final class KubernetesRules {

    private final KubernetesTree allows;
    private final KubernetesTree denies;
    private final PathTree nonResources;

    private KubernetesRules(KubernetesTree allows, KubernetesTree denies, PathTree nonResources) {
        this.allows = allows;
        this.denies = denies;
        this.nonResources = nonResources;
    }

    /** The lines that speak of an object. */
    PolicySearch search(KubernetesQuestion question, long[] keys) {
        PolicySearch search =
                new PolicySearch(keys, question.neededVerb(), question.alsoNeededVerb(), question.deniedVerbs());
        denies.search(question.parts(), false, search);
        allows.search(question.parts(), question.byNameOnly(), search);
        return search;
    }

    /** The lines that speak of a path that names no object. */
    PolicySearch search(RequestPath path, int methodBit, boolean upgrade, long[] keys) {
        PolicySearch search = PolicySearch.ofMethod(keys, methodBit, upgrade);
        nonResources.search(path, 0, search);
        return search;
    }

    /** Collects rules while a policy is compiled. */
    static final class Builder {
        private final KubernetesTree.Builder allows = new KubernetesTree.Builder();
        private final KubernetesTree.Builder denies = new KubernetesTree.Builder();
        private final PathTree.Builder nonResources = new PathTree.Builder("");

        void add(NonResourcePath object, int subject, int target, Rule rule) {
            nonResources.add(object.pattern(), subject, target, rule);
        }

        void add(KubernetesObject object, int subject, int target, Rule rule) {
            TextPattern namespace = object.namespace();
            TextPattern name = object.name();
            if (!rule.denies()) {
                allows.add(object.patterns(namespace, name, false), subject, target, rule, rule.actions());
                return;
            }
            // What names no object has the one that is denied among it, or makes it.
            List<TextPattern> names = isAny(name) ? List.of(name) : List.of(name, TextPattern.ABSENT);
            for (TextPattern each : names) {
                denies.add(object.patterns(namespace, each, true), subject, target, rule, rule.actions());
                if (!isAny(namespace)) {
                    // A list of all namespaces has that one in it. What else is in no namespace is in none.
                    int actions = rule.actions() & KubernetesVerbs.COLLECTIONS;
                    denies.add(object.patterns(TextPattern.ABSENT, each, true), subject, target, rule, actions);
                }
            }
        }

        private static boolean isAny(TextPattern pattern) {
            return pattern.kind() == TextPattern.Kind.ANY;
        }

        KubernetesRules build() {
            return new KubernetesRules(allows.build(), denies.build(), nonResources.build());
        }
    }
}
