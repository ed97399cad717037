package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.kubernetes.RequestInfo;
import io.gatehouse.request.Guard;
import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.tunnel.UpgradeException;
import io.gatehouse.tunnel.UpgradeProtocol;
import io.gatehouse.tunnel.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;

/** Reads from a request that was admitted what it asks of its target. */
final class QuestionReader {

    private QuestionReader() {}

    /** Whether it wants another protocol. @throws InvalidRequestException when it can not have it with a body */
    static Optional<UpgradeRequest> upgrade(HttpServletRequest request) {
        try {
            return UpgradeRequest.of(request);
        } catch (UpgradeException e) {
            throw new InvalidRequestException(e.reason().status(), "a request to switch protocols has a body");
        }
    }

    /** As whom it wants to be taken. @throws InvalidRequestException where that is not accepted */
    static Optional<Impersonation> impersonation(HttpServletRequest request, Guard.Admitted admitted, Route route) {
        if (!admitted.impersonates()) {
            return Optional.empty();
        }
        if (!route.impersonation() || !route.target().isKubernetes()) {
            throw new InvalidRequestException(
                    403, "impersonation is not accepted here (a header starts with Impersonate-)");
        }
        return Optional.of(Impersonation.of(request));
    }

    /** What is judged. @throws RefusedException when the target is not usable, or its credential can not be read */
    static Question question(
            HttpServletRequest request,
            Guard.Admitted admitted,
            Optional<UpgradeRequest> upgrade,
            Optional<Impersonation> impersonation,
            Judged judged,
            RequestRecord record,
            Rules rules) {
        Route route = judged.route();
        if (route.broken().isPresent()) {
            throw new RefusedException(
                    503,
                    "unavailable",
                    route.broken().get(),
                    "target " + route.target() + " is not usable: its configuration has a problem");
        }
        RequestTarget inside = admitted.target().withoutLeadingSegments(judged.segments());
        Optional<KubernetesAction> action = route.target().isKubernetes()
                ? Optional.of(action(RequestInfo.of(admitted.method(), inside), upgrade.isPresent()))
                : Optional.empty();
        action.ifPresent(known -> judged.action(known, record));
        Credential credential;
        try {
            boolean webSocket = upgrade.filter(wanted -> wanted.protocol() == UpgradeProtocol.WEBSOCKET)
                    .isPresent();
            credential = CredentialReader.of(
                    request,
                    webSocket,
                    () -> route.takesSessions()
                            ? rules.sessions().credential(request, admitted.host())
                            : Optional.<Credential.Session>empty(),
                    rules.certificates());
        } catch (CredentialReader.MalformedCredentialException e) {
            throw route.authentication().unauthenticated(e.getMessage());
        }
        return new Question(
                credential,
                route.target().name(),
                admitted.host(),
                admitted.client(),
                admitted.method(),
                inside,
                upgrade.map(wanted -> wanted.protocol().token().toLowerCase(Locale.ROOT)),
                action,
                impersonation,
                route.declaredHeaders().of(request));
    }

    /** A shell is made, not read: a WebSocket is a GET, but whoever may get pods/exec may not run a command. */
    private static KubernetesAction action(KubernetesAction action, boolean upgrade) {
        return upgrade && action.isShellOrTunnel() ? action.withVerb("create") : action;
    }
}
