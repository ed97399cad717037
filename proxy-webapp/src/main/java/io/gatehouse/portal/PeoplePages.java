package io.gatehouse.portal;

import io.gatehouse.login.Endings;
import io.gatehouse.login.Session;
import io.gatehouse.login.Sessions;
import io.gatehouse.login.SharedState;
import io.gatehouse.token.ApiTokens;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What administrators do about others: see and end their sessions and tokens, and shut them out. */
final class PeoplePages {

    private final Layout layout;
    private final SharedState state;
    private final Sessions sessions;
    private final ApiTokens tokens;
    private final Endings endings;

    PeoplePages(Layout layout, SharedState state, Sessions sessions, ApiTokens tokens, Endings endings) {
        this.layout = layout;
        this.state = state;
        this.sessions = sessions;
        this.tokens = tokens;
        this.endings = endings;
    }

    /** @return whether there is such a page; the visitor is an administrator */
    boolean serve(Visit visit) throws IOException {
        Session administrator = visit.session().orElseThrow();
        if (visit.is("GET", "/people")) {
            show(visit, administrator, visit.parameter("user").strip());
            return true;
        }
        if (!visit.admitted().method().equals("POST")) {
            return false;
        }
        visit.requireOwnSite();
        Map<String, List<String>> form = Parameters.form(visit);
        String user = Visit.one(form, "user");
        if (user.isEmpty()) {
            return false;
        }
        String by = administrator.identity().user();
        switch (visit.path()) {
            case "/people/revoke" -> tokens.revoke(user, Visit.one(form, "id"), "revoked by " + by);
            case "/people/end" -> endAll(user, "ended by " + by);
            case "/people/shut-out" -> {
                endings.shutOut(state, user, true, by);
                endAll(user, "shut out by " + by);
            }
            case "/people/let-in" -> endings.shutOut(state, user, false, by);
            default -> {
                return false;
            }
        }
        visit.allow(administrator, visit.path().substring("/people/".length()) + " of " + user);
        visit.redirect(layout.base() + "/people?user=" + URLEncoder.encode(user, StandardCharsets.UTF_8), List.of());
        return true;
    }

    private void endAll(String user, String reason) {
        sessions.of(user).forEach(session -> sessions.end(session, reason));
        tokens.of(user).forEach(token -> tokens.revoke(user, token.id(), reason));
    }

    private void show(Visit visit, Session administrator, String user) throws IOException {
        visit.allow(administrator, user.isEmpty() ? "people" : "looks at " + user);
        List<Session> known = user.isEmpty() ? List.of() : sessions.of(user);
        List<ApiTokens.Standing> theirs = user.isEmpty() ? List.of() : tokens.standings(user);
        Optional<String> shutOut = endings.shutOut(user);
        visit.page(
                200,
                layout.page("People", visit.session(), true, html -> {
                    html.add("<form class=\"fields\" action=\"")
                            .text(layout.base())
                            .add("/people\">\n");
                    html.add("<label>User, as the record names them <input name=\"user\" required value=\"");
                    html.text(user).add("\"></label>\n<div><button>Show</button></div>\n</form>\n");
                    if (!user.isEmpty()) {
                        html.element("h2", user);
                        shutOut.ifPresent(reason ->
                                html.add("<p class=\"problem\">").text(reason).add("</p>\n"));
                        sessions(html, known);
                        TokenTable.write(html, layout.base() + "/people/revoke", theirs, Optional.of(user));
                        html.add("<p>");
                        button(html, "end", user, "End all sessions and tokens");
                        button(
                                html,
                                shutOut.isPresent() ? "let-in" : "shut-out",
                                user,
                                shutOut.isPresent() ? "Let in again" : "Shut out");
                        html.add("</p>\n");
                    }
                }),
                List.of());
    }

    private static void sessions(Html html, List<Session> sessions) {
        if (sessions.isEmpty()) {
            html.element("p", "There are no sessions.");
            return;
        }
        html.add("<ul>\n");
        for (Session session : sessions) {
            html.element(
                    "li",
                    "Session by " + session.authenticator() + " since " + Layout.time(session.began()) + ", proven "
                            + Layout.time(session.proven()));
        }
        html.add("</ul>\n");
    }

    private void button(Html html, String action, String user, String label) {
        html.add("<form method=\"post\" action=\"")
                .text(layout.base() + "/people/" + action)
                .add("\">");
        html.hidden("user", user).add("<button class=\"danger\">").text(label).add("</button></form>\n");
    }
}
