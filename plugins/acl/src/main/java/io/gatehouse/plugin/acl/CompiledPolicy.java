package io.gatehouse.plugin.acl;

import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import java.util.HashMap;
import java.util.Map;

/**
 * A policy made ready for decisions: a tree of path segments whose places know which subjects may do what on which
 * target. Deny wins over allow; what no rule speaks of is no opinion, so that other authorizers can be asked; a path that
 * is not canonical is denied. Immutable; answers are made beforehand.
 */
final class CompiledPolicy {

    private static final int ANY_TARGET = 0;

    private final PathTree root;
    private final int depth;
    private final Principals principals;
    private final Map<String, Integer> targets;
    private final Decision[] decisionOfLine;
    private final Decision[] noRule;
    private final Decision ambiguous;

    private CompiledPolicy(Policy policy, PathTree root, Principals principals, Map<String, Integer> targets) {
        this.root = root;
        this.principals = principals;
        this.targets = targets;
        this.depth = policy.rules().stream()
                .mapToInt(rule -> rule.pattern().segments().size())
                .max()
                .orElse(0);
        this.decisionOfLine =
                new Decision[policy.rules().stream().mapToInt(Rule::line).max().orElse(0) + 1];
        for (Rule rule : policy.rules()) {
            String reason = policy.file() + ":" + rule.line();
            decisionOfLine[rule.line()] = rule.denies() ? Decision.deny(reason) : Decision.allow(reason);
        }
        this.noRule = new Decision[Actions.COUNT];
        for (int bit = 0; bit < Actions.COUNT; bit++) {
            noRule[bit] = Decision.noOpinion("no rule of " + policy.file() + " allows " + Actions.nameOf(bit));
        }
        this.ambiguous = Decision.deny(policy.file() + ": the path is not canonical");
    }

    static CompiledPolicy compile(Policy policy) {
        Principals principals = new Principals(policy.rules(), policy.roles());
        Map<String, Integer> targets = new HashMap<>();
        PathTree.Builder tree = new PathTree.Builder("");
        for (Rule rule : policy.rules()) {
            int target = ANY_TARGET;
            if (!rule.target().equals("*")) {
                target = targets.computeIfAbsent(rule.target(), name -> targets.size() + 1);
            }
            tree.add(principals.number(rule.subject()), target, rule);
        }
        return new CompiledPolicy(policy, tree.build(), principals, targets);
    }

    Decision decide(Identity identity, String target, String path, int methodBit, boolean upgrade) {
        RequestPath requestPath = RequestPath.of(path, depth);
        if (!requestPath.isCanonical()) {
            return ambiguous;
        }
        int allowBit = Actions.allowBit(methodBit, upgrade);
        PolicySearch search = new PolicySearch(keys(identity, target), allowBit, Actions.denyMask(methodBit, upgrade));
        root.search(requestPath, 0, search);
        if (search.denyLine() != Grants.NO_LINE) {
            return decisionOfLine[search.denyLine()];
        }
        return search.allowLine() != Grants.NO_LINE ? decisionOfLine[search.allowLine()] : noRule[allowBit];
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
}
