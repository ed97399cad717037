package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.util.HashMap;
import java.util.Map;

/**
 * A policy made ready for decisions: a tree of path segments and one of Kubernetes objects, whose places know which
 * subjects may do what on which target. Deny wins over allow; what no rule speaks of is no opinion, so that other
 * authorizers can be asked; a path that is not canonical is denied. Immutable; answers are made beforehand.
 */
final class CompiledPolicy {

    private static final int ANY_TARGET = 0;

    private final PathTree paths;
    private final KubernetesRules kubernetes;
    private final int depth;
    private final Principals principals;
    private final Map<String, Integer> targets;
    private final PolicyAnswers answers;

    private CompiledPolicy(Compiler compiler, Policy policy) {
        this.paths = compiler.paths.build();
        this.kubernetes = compiler.kubernetes.build();
        this.depth = compiler.depth;
        this.principals = compiler.principals;
        this.targets = compiler.targets;
        this.answers = new PolicyAnswers(policy);
    }

    static CompiledPolicy compile(Policy policy) {
        Compiler compiler = new Compiler(policy);
        policy.rules().forEach(compiler::add);
        return new CompiledPolicy(compiler, policy);
    }

    Decision decide(AccessRequest request) {
        RequestPath path = RequestPath.of(request.path(), depth);
        if (!path.isCanonical()) {
            return answers.ambiguous();
        }
        int methodBit = Actions.bitOf(request.method());
        boolean upgrade = request.upgrade().isPresent();
        PolicySearch byPath = PolicySearch.ofMethod(keys(request.identity(), request.target()), methodBit, upgrade);
        paths.search(path, 0, byPath);
        if (request.kubernetes().isEmpty()) {
            return answers.of(byPath.denyLine(), byPath.allowLine(), Actions.allowBit(methodBit, upgrade));
        }
        KubernetesAction action = request.kubernetes().get();
        if (!action.resourceRequest()) {
            PolicySearch byNonResource = kubernetes.search(path, methodBit, upgrade, byPath.keys());
            return answers.of(
                    PolicySearch.earlier(byPath.denyLine(), byNonResource.denyLine()),
                    PolicySearch.earlier(byPath.allowLine(), byNonResource.allowLine()),
                    Actions.allowBit(methodBit, upgrade));
        }
        KubernetesQuestion question = KubernetesQuestion.of(request, action);
        PolicySearch byObject = kubernetes.search(question, byPath.keys());
        int deny = PolicySearch.earlier(byPath.denyLine(), byObject.denyLine());
        if (question.neededVerb() == KubernetesVerbs.IMPERSONATE) {
            // Whoever may go anywhere may not therefore go as anybody: paths never allow it.
            return answers.ofVerb(deny, byObject.allowLine(), KubernetesVerbs.IMPERSONATE);
        }
        int allow = PolicySearch.earlier(byPath.allowLine(), byObject.allowLine());
        return answers.ofVerb(deny, allow, question.alsoNeededVerb());
    }

    private long[] keys(Identity identity, String target) {
        int[] subjects = principals.numbers(identity);
        Integer number = targets.get(target);
        int each = number == null ? 1 : 2;
        long[] keys = new long[subjects.length * each];
        for (int i = 0; i < subjects.length; i++) {
            keys[i * each] = Grants.key(subjects[i], ANY_TARGET);
            if (number != null) {
                keys[i * each + 1] = Grants.key(subjects[i], number);
            }
        }
        return keys;
    }

    /** Sorts rules into the trees. */
    private static final class Compiler {
        private final PathTree.Builder paths = new PathTree.Builder("");
        private final KubernetesRules.Builder kubernetes = new KubernetesRules.Builder();
        private final Map<String, Integer> targets = new HashMap<>();
        private final Principals principals;
        private int depth;

        Compiler(Policy policy) {
            principals = new Principals(policy.rules(), policy.roles());
        }

        void add(Rule rule) {
            int subject = principals.number(rule.subject());
            int target = ANY_TARGET;
            if (!rule.target().equals("*")) {
                target = targets.computeIfAbsent(rule.target(), name -> targets.size() + 1);
            }
            if (rule.object() instanceof PathPattern pattern) {
                depth = Math.max(depth, pattern.segments().size());
                paths.add(pattern, subject, target, rule);
            } else if (rule.object() instanceof NonResourcePath path) {
                depth = Math.max(depth, path.pattern().segments().size());
                kubernetes.add(path, subject, target, rule);
            } else if (rule.object() instanceof KubernetesObject object) {
                kubernetes.add(object, subject, target, rule);
            }
        }
    }
}
