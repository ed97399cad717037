package io.gatehouse.pipeline;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.audit.RequestRecord;
import io.gatehouse.request.Guard;
import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Header;
import io.gatehouse.target.TargetTable;
import io.gatehouse.tunnel.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road of a request, in one method: guard, record, authenticate, authorize, proxy. Each step either adds to what is
 * known or refuses; whatever happens, one record is closed for it.
 */
public final class Pipeline {

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    /** Gatehouse's own pages, on every host: no target is ever served there. */
    private static final String OWN = "/gatehouse";

    private final AuditTrail trail;
    private final Forwarding forwarding;
    private volatile Rules rules;

    public Pipeline(AuditTrail trail, Forwarding forwarding, Rules rules) {
        this.trail = trail;
        this.forwarding = forwarding;
        this.rules = rules;
    }

    /** Judges by other rules from the next request on. */
    public void use(Rules newRules) {
        rules = newRules;
    }

    /** Whether a target is served under the host name that a request asks for. */
    public boolean servesHost(String host) {
        return rules.routes().servesHost(host.toLowerCase(Locale.ROOT));
    }

    /**
     * Handles a request.
     *
     * @throws IOException when the client's connection must be cut, so that a broken answer does not look complete
     */
    public void handle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!awaitsBody(request, () -> judge(request, response))) {
            judge(request, response);
        }
    }

    /** A body that does not come holds up neither a thread nor the record. */
    private boolean awaitsBody(HttpServletRequest request, OwnPages.Road judge) throws IOException {
        Rules now = rules;
        try {
            return request.getRequestURI().startsWith(request.getContextPath() + OWN + "/")
                    && now.own().awaitsBody(request, now.guard().client(request), judge);
        } catch (InvalidRequestException e) {
            return false; // the guard says so again
        }
    }

    private void judge(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<RequestRecord> place = trail.begin();
        if (place.isEmpty()) {
            Answers.line(request, response, 503, "the record can not be kept at the moment", false, List.of());
            return;
        }
        RequestRecord record = place.get();
        long began = System.nanoTime();
        Judged judged = new Judged();
        boolean handedOver = false;
        try {
            // 1. Guard: one reading, or none.
            Rules now = rules;
            record.head(
                    request.getMethod(),
                    text(request.getRequestURI()),
                    text(request.getQueryString()),
                    request.getProtocol(),
                    text(request.getHeader("User-Agent")));
            Optional<UpgradeRequest> upgrade = QuestionReader.upgrade(request);
            Guard.Admitted admitted = now.guard()
                    .admit(request, upgrade.filter(UpgradeRequest::overHttp2).isPresent());
            // 2. Record: who and where from, as far as it is known.
            record.client(admitted.client().getHostAddress());
            upgrade.ifPresent(wanted -> record.upgrade(wanted.protocol().token().toLowerCase(Locale.ROOT)));
            if (isOwn(admitted)) {
                now.own().serve(request, response, admitted, record, now);
                record.close(response.getStatus(), "complete");
                return;
            }
            Route route = judged.route(find(now, admitted), record);
            Optional<Impersonation> impersonation = QuestionReader.impersonation(request, admitted, route);
            Question question = QuestionReader.question(request, admitted, upgrade, impersonation, judged, record, now);
            question.enter(route);
            // 3. Authenticate.
            AuthenticationChain.Proven proven = judged.proven(proven(request, admitted, question, route, now), record);
            BrowserRule.check(request, admitted, question, route);
            if (question.credential() instanceof Credential.Session session) {
                now.sessions()
                        .freshCookie(request, admitted.host(), session)
                        .forEach(field -> response.addHeader(field.name(), field.value()));
            }
            // 4. Authorize.
            impersonation.ifPresent(wanted -> judged.impersonated(wanted.user(), record));
            record.verdict("allow", allowed(question, question.decide(route, proven)));
            // 5. Proxy.
            if (!route.takesSessions() && now.sessions().isPortal(admitted.host())) {
                // A page from there, such as one that anybody may see, must not act as whoever is logged in here.
                response.addHeader("Content-Security-Policy", "sandbox");
            }
            handedOver = forwarding.forward(new Passage(
                    request,
                    response,
                    admitted,
                    prefix(request, route),
                    route,
                    question,
                    proven,
                    now.person(),
                    upgrade,
                    record,
                    began));
        } catch (InvalidRequestException e) {
            record.verdict(e.status() == 403 ? "deny" : "invalid", e.getMessage());
            refuse(request, response, record, judged, e.status(), e.getMessage(), List.of());
        } catch (RefusedException e) {
            record.verdict(e.decision(), e.reason());
            e.action().ifPresent(judged::refusedImpersonation);
            refuse(request, response, record, judged, e.status(), e.getMessage(), e.headers());
        } catch (RuntimeException | Error e) {
            LOG.error("Request {} failed inside Gatehouse", record.id(), e);
            record.verdict("unavailable", "internal error");
            refuse(request, response, record, judged, 500, "internal error, request " + record.id(), List.of());
        } finally {
            if (!handedOver) {
                record.close(record.answered(), "broke off"); // only where nobody has said how it ended
            }
        }
    }

    private static String text(String nullable) {
        return nullable == null ? "" : nullable;
    }

    /** What the client has in front of the target's own paths; without the last slash, empty where there is nothing. */
    private static String prefix(HttpServletRequest request, Route route) {
        String prefix = request.getContextPath() + route.prefix();
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static boolean isOwn(Guard.Admitted admitted) {
        String path = admitted.target().path();
        return path.equals(OWN) || path.startsWith(OWN + "/");
    }

    /** Who it is; a person with a browser who has not logged in is shown the way. */
    private static AuthenticationChain.Proven proven(
            HttpServletRequest request, Guard.Admitted admitted, Question question, Route route, Rules rules) {
        try {
            return question.prove(route);
        } catch (RefusedException e) {
            if (e.status() == 401) {
                BrowserRule.checkBeforeAsking(request, question, route);
            }
            if (e.status() != 401 || !route.takesSessions()) {
                throw e;
            }
            throw rules.sessions()
                    .wayIn(request, admitted, question.credential(), route.authentication()::takes)
                    .map(fields -> new RefusedException(302, e.decision(), e.reason(), "log in first", fields))
                    .orElse(e);
        }
    }

    private static TargetTable.Match<Route> find(Rules rules, Guard.Admitted admitted) {
        return rules.routes()
                .find(admitted.host(), admitted.target().path())
                .orElseThrow(() ->
                        new RefusedException(404, "not-found", "no target is served here", "no target is served here"));
    }

    /** The reason of an allow; anything else ends here. */
    private static String allowed(Question question, Decision decision) {
        if (decision instanceof Decision.Allow) {
            return decision.reason();
        }
        if (decision instanceof Decision.Invalid) {
            throw new RefusedException(400, "invalid", decision.reason(), ((Decision.Invalid) decision).message());
        }
        if (decision instanceof Decision.Unavailable) {
            throw new RefusedException(
                    503, "unavailable", decision.reason(), "whether you may can not be told at the moment");
        }
        throw new RefusedException(
                403,
                "deny",
                decision.reason(),
                "you may not " + question.method() + " " + question.path() + " on target " + question.target());
    }

    private static void refuse(
            HttpServletRequest request,
            HttpServletResponse response,
            RequestRecord record,
            Judged judged,
            int status,
            String message,
            List<Header> headers)
            throws IOException {
        try {
            if (status == 403 && judged.isForbidden()) {
                byte[] forbidden = judged.forbidden("refused by Gatehouse, request " + record.id());
                Answers.status(request, response, status, forbidden, headers);
            } else {
                Answers.line(request, response, status, message, judged.isKubernetes(), headers);
            }
        } finally {
            record.close(status, "complete");
        }
    }
}
