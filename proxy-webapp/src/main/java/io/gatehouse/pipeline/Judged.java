package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.target.TargetTable;
import java.util.Optional;

/** How far the judging of one request has come: what a refusal may say depends on it. */
final class Judged {

    private Route route;
    private int segments;
    private KubernetesAction action;
    private AuthenticationChain.Proven proven;

    Route route(TargetTable.Match<Route> match, RequestRecord record) {
        route = match.route();
        segments = match.segments();
        record.target(route.target().name());
        return route;
    }

    Route route() {
        return route;
    }

    int segments() {
        return segments;
    }

    void action(KubernetesAction newAction, RequestRecord record) {
        action = newAction;
        record.kubernetes(newAction);
    }

    Optional<KubernetesAction> action() {
        return Optional.ofNullable(action);
    }

    AuthenticationChain.Proven proven(AuthenticationChain.Proven newProven, RequestRecord record) {
        proven = newProven;
        record.subject(newProven.identity(), newProven.authenticator());
        return newProven;
    }

    Optional<String> user() {
        return Optional.ofNullable(proven).map(known -> known.identity().user());
    }

    boolean isKubernetes() {
        return route != null && route.target().isKubernetes();
    }
}
