package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.kubernetes.KubernetesStatus;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.target.TargetTable;

/** How far the judging of one request has come: what a refusal may say depends on it. */
final class Judged {

    private Route route;
    private int segments;
    private KubernetesAction action;
    private AuthenticationChain.Proven proven;
    private String impersonated;

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

    AuthenticationChain.Proven proven(AuthenticationChain.Proven newProven, RequestRecord record) {
        proven = newProven;
        newProven
                .earlier()
                .ifPresentOrElse(
                        earlier -> record.subject(newProven.identity(), earlier.authenticator(), earlier.credential()),
                        () -> record.subject(newProven.identity(), newProven.authenticator(), ""));
        return newProven;
    }

    void impersonated(String user, RequestRecord record) {
        impersonated = user;
        record.impersonated(user);
    }

    /** They may not be taken for somebody else: that is what the refusal is about, not the request. */
    void refusedImpersonation(KubernetesAction wanted) {
        action = wanted;
        impersonated = null;
    }

    /** Whether a refusal can be told in Kubernetes' words. */
    boolean isForbidden() {
        return action != null && proven != null;
    }

    /** The refusal in Kubernetes' words. */
    byte[] forbidden(String why) {
        return KubernetesStatus.forbidden(
                impersonated == null ? proven.identity().user() : impersonated, action, why);
    }

    boolean isKubernetes() {
        return route != null && route.target().isKubernetes();
    }
}
