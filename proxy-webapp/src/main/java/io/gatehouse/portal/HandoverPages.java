package io.gatehouse.portal;

import io.gatehouse.login.Handover;
import io.gatehouse.login.Login;
import io.gatehouse.login.LoginRules;
import io.gatehouse.login.ReturnPath;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionAuthenticator;
import io.gatehouse.login.SessionCookies;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.pipeline.Route;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.target.TargetTable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The way from the portal to a target's own host, with a session. */
final class HandoverPages {

    private static final String PAGE = "/enter";

    private final LoginRules rules;
    private final Layout layout;
    private final SessionCookies cookies;
    private final Handover handover;

    HandoverPages(LoginRules rules, Layout layout, SessionCookies cookies, Handover handover) {
        this.rules = rules;
        this.layout = layout;
        this.cookies = cookies;
        this.handover = handover;
    }

    /** On the portal's host. @return whether there is such a page */
    boolean serve(Visit visit) throws IOException {
        return visit.is("GET", PAGE) && enter(visit);
    }

    /** On a target's host. @return whether there is such a page */
    boolean serveThere(Visit visit) throws IOException {
        return visit.is("GET", PAGE) && enterHere(visit);
    }

    /** Somebody comes from a target's host to log in, and goes back with a code. */
    private boolean enter(Visit visit) throws IOException {
        Optional<URI> wanted = handover.destination(
                visit.parameter("to"), host -> visit.rules().routes().servesHost(host));
        String proof = visit.parameter("proof");
        if (wanted.isEmpty() || !proof.matches("[0-9a-f]{64}")) {
            throw new RefusedException(
                    400,
                    "invalid",
                    "a handover to somewhere that is not served here",
                    "nothing of ours is served there");
        }
        if (visit.session().isEmpty()) {
            String again = layout.base() + "/enter?" + visit.admitted().target().query();
            visit.allow("anybody may log in");
            visit.redirect(layout.loginPage(again), List.of());
            return true;
        }
        Session session = visit.session().get();
        URI to = wanted.get();
        String path = ReturnPath.of(to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery()), "/");
        Optional<Route> route = route(visit, to.getHost(), path);
        if (route.filter(known -> !known.authentication().takes(session.authenticator()))
                .isPresent()) {
            askForAnother(visit, session, route.get());
            return true;
        }
        visit.allow(session, "goes on to " + to.getHost());
        if (handover.isPortal(to.getHost())) {
            visit.redirect(path, List.of());
            return true;
        }
        String code = handover.code(session, to.getHost(), proof);
        visit.redirect(
                to.getScheme() + "://" + to.getRawAuthority() + layout.base() + "/enter?code=" + code + "&to="
                        + URLEncoder.encode(path, StandardCharsets.UTF_8),
                List.of());
        return true;
    }

    /** What is served there; nothing where that is a page of ours, or none. */
    private static Optional<Route> route(Visit visit, String host, String path) {
        int query = path.indexOf('?');
        String decoded = RequestTarget.of(query < 0 ? path : path.substring(0, query), null)
                .path();
        return decoded.startsWith("/gatehouse/")
                ? Optional.empty()
                : visit.rules().routes().find(host, decoded).map(TargetTable.Match::route);
    }

    /** The target does not take this login: not to be sent back and forth for that. */
    private void askForAnother(Visit visit, Session session, Route route) throws IOException {
        String target = route.target().name();
        visit.record().subject(session.identity(), session.authenticator(), SessionAuthenticator.CREDENTIAL);
        visit.record()
                .verdict(
                        "deny",
                        "a login by " + session.authenticator() + ", which target " + target + " does not take");
        List<Login> others = rules.logins().values().stream()
                .filter(login -> route.authentication().takes(login.name()))
                .toList();
        String again = layout.base() + PAGE + "?" + visit.admitted().target().query();
        visit.page(
                403,
                layout.page("Log in another way", Optional.of(session), false, html -> {
                    html.add("<p>").element("strong", target).add(" does not take the way that you have logged in, ");
                    html.text(session.authenticator()).add(".</p>\n");
                    if (others.isEmpty()) {
                        html.element("p", "Nobody logs in there with a browser. Ask your administrator.");
                    } else {
                        layout.choices(html, others, again);
                    }
                }),
                List.of());
    }

    /** On a target's host: the code becomes that host's own cookie. */
    private boolean enterHere(Visit visit) throws IOException {
        String host = visit.admitted().host();
        Optional<Session> session =
                cookies.nonce(visit.request()).flatMap(nonce -> handover.redeem(visit.parameter("code"), host, nonce));
        if (session.isEmpty() || !visit.rules().routes().servesHost(host)) {
            throw new RefusedException(
                    400, "unauthenticated", "a code that does not hold", "this link is used up; open the page again");
        }
        visit.allow(session.get(), "logged in on " + host);
        visit.redirect(ReturnPath.of(visit.parameter("to"), "/"), cookies.set(visit.request(), host, session.get()));
        return true;
    }
}
