package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonObject;
import io.gatehouse.plugin.kubernetes.review.RememberedReviews.Answer;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Asks the API server who may what, as {@code k8s.io/apiserver/plugin/pkg/authorizer/webhook} does. A request may be about
 * several things; each is a review, and every one must be allowed.
 */
final class AccessReviewAuthorizer implements Authorizer {

    /** For all the reviews of a request; the last one may take ten seconds more. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LONGEST_REASON = 500;

    private final Optional<String> cluster;
    private final RbacProxyRules rules;
    private final ReviewCalls calls;
    private final RememberedReviews<Decision> remembered;
    private final CallBudget<String> budget;
    private final CallBudget<List<String>> shares;
    private final Clock clock;
    private final ReviewKeys keys = new ReviewKeys();

    /**
     * Makes one.
     *
     * @param cluster whose API server is asked; empty for that of the request's target
     * @param budget of a cluster
     * @param shares of a cluster and user, so that nobody uses up what is everybody's
     */
    AccessReviewAuthorizer(
            Optional<String> cluster,
            RbacProxyRules rules,
            ReviewCalls calls,
            RememberedReviews<Decision> remembered,
            CallBudget<String> budget,
            CallBudget<List<String>> shares,
            Clock clock) {
        this.cluster = cluster;
        this.rules = rules;
        this.calls = calls;
        this.remembered = remembered;
        this.budget = budget;
        this.shares = shares;
        this.clock = clock;
    }

    @Override
    public Decision authorize(AccessRequest request) {
        try {
            List<KubernetesAction> own = RequestAttributes.of(request);
            Optional<StaticRule> pathRule = rules.pathRule(request.identity(), own);
            if (pathRule.isPresent()) {
                return Decision.allow(pathRule.get().place());
            }
            Optional<FixedAttributes> fixed =
                    rules.attributes().filter(unused -> !RequestAttributes.isImpersonation(request));
            Collection<KubernetesAction> asked = fixed.isPresent() ? fixed.get().of(request) : own;
            return all(request, asked);
        } catch (InvalidRequest e) {
            return Decision.invalid(e.getMessage(), e.getMessage());
        } catch (ReviewFailedException e) {
            return Decision.unavailable(e.getMessage());
        }
    }

    /** The first that is not allowed decides; the reason is that of the last. */
    private Decision all(AccessRequest request, Collection<KubernetesAction> actions) throws ReviewFailedException {
        Decision decision = Decision.noOpinion("nothing was asked");
        Instant deadline = clock.instant().plus(PATIENCE);
        for (KubernetesAction action : actions) {
            if (clock.instant().isAfter(deadline)) {
                return Decision.unavailable("the reviews of one request took too long");
            }
            decision = one(request, action);
            if (!(decision instanceof Decision.Allow)) {
                return decision;
            }
        }
        return decision;
    }

    private Decision one(AccessRequest request, KubernetesAction action) throws ReviewFailedException {
        Identity identity = request.identity();
        Optional<StaticRule> rule = rules.rule(identity, action);
        if (rule.isPresent()) {
            return Decision.allow(rule.get().place());
        }
        String asked = cluster.orElse(request.target());
        JsonObject spec = AccessSpec.of(identity, action);
        ByteBuffer key = keys.of(List.of(asked, spec.toString()));
        return remembered
                .get(key, asked, () -> review(asked, identity.user(), spec))
                .verdict();
    }

    private Answer<Decision> review(String asked, String user, JsonObject spec) throws ReviewFailedException {
        if (!shares.tryTake(List.of(asked, user))) {
            throw ReviewFailedException.notAsked("too many access reviews of " + asked + " for one user");
        }
        if (!budget.tryTake(asked)) {
            throw ReviewFailedException.notAsked("too many access reviews of " + asked);
        }
        return calls.ask(asked, spec, status -> answer(status, asked));
    }

    /** A deny goes before an allow, whatever else is said; an allow beside an error is none. */
    private static Answer<Decision> answer(JsonFields status, String asked) throws ReviewFailedException {
        boolean allowed = status.flag("allowed");
        boolean denied = status.flag("denied");
        String reason = asked + ": " + plain(status.text("reason"));
        if (denied) {
            String why = allowed ? reason + " (it says allowed and denied)" : reason;
            return new Answer<>(Decision.deny(why), false, Optional.empty());
        }
        String error = status.text("evaluationError");
        if (!allowed) {
            String why = error.isEmpty() ? reason : reason + " (" + plain(error) + ")";
            return new Answer<>(Decision.noOpinion(why), false, Optional.empty());
        }
        if (!error.isEmpty()) {
            throw ReviewFailedException.unusable("the answer allows and has an error");
        }
        return new Answer<>(Decision.allow(reason), true, Optional.empty());
    }

    private static String plain(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        String bounded = line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
        return bounded.isEmpty() ? "no reason given" : bounded;
    }
}
