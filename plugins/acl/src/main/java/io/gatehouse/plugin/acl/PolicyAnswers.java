package io.gatehouse.plugin.acl;

import io.gatehouse.spi.Decision;

/** The answers of one policy, made beforehand. */
final class PolicyAnswers {

    private final Decision[] ofLine;
    private final Decision[] noRule = new Decision[Actions.COUNT];
    private final Decision[] noRuleOfVerb = new Decision[KubernetesVerbs.COUNT];
    private final Decision ambiguous;

    PolicyAnswers(Policy policy) {
        ofLine = new Decision[policy.rules().stream().mapToInt(Rule::line).max().orElse(0) + 1];
        for (Rule rule : policy.rules()) {
            String reason = policy.file() + ":" + rule.line();
            ofLine[rule.line()] = rule.denies() ? Decision.deny(reason) : Decision.allow(reason);
        }
        String start = "no rule of " + policy.file() + " allows ";
        for (int bit = 0; bit < Actions.COUNT; bit++) {
            noRule[bit] = Decision.noOpinion(start + Actions.nameOf(bit));
        }
        for (int bit = 0; bit < KubernetesVerbs.COUNT; bit++) {
            noRuleOfVerb[bit] = Decision.noOpinion(start + KubernetesVerbs.nameOf(bit));
        }
        ambiguous = Decision.deny(policy.file() + ": the path is not canonical");
    }

    /** The answer about a path, from the lines that were found; a deny wins. */
    Decision of(int denyLine, int allowLine, int actionBit) {
        return line(denyLine, allowLine, noRule[actionBit]);
    }

    /** The answer about a Kubernetes object. */
    Decision ofVerb(int denyLine, int allowLine, int verbBit) {
        return line(denyLine, allowLine, noRuleOfVerb[verbBit]);
    }

    private Decision line(int denyLine, int allowLine, Decision none) {
        if (denyLine != Grants.NO_LINE) {
            return ofLine[denyLine];
        }
        return allowLine != Grants.NO_LINE ? ofLine[allowLine] : none;
    }

    Decision ambiguous() {
        return ambiguous;
    }
}
