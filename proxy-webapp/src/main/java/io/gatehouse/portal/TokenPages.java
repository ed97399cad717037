package io.gatehouse.portal;

import io.gatehouse.login.Session;
import io.gatehouse.token.ApiTokens;
import io.gatehouse.token.Owner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A person's tokens: made, listed and revoked. */
final class TokenPages {

    private final Layout layout;
    private final ApiTokens tokens;

    TokenPages(Layout layout, ApiTokens tokens) {
        this.layout = layout;
        this.tokens = tokens;
    }

    /** Lists them. */
    void show(Visit visit, Session session, boolean administrator) throws IOException {
        show(visit, session, administrator, "", Optional.empty());
    }

    private void show(
            Visit visit, Session session, boolean administrator, String problem, Optional<ApiTokens.Issued> issued)
            throws IOException {
        visit.allow(session, "their own tokens");
        List<ApiTokens.Standing> known = tokens.standings(session.identity().user());
        visit.page(
                problem.isEmpty() ? 200 : 400,
                layout.page("Your API tokens", visit.session(), administrator, html -> {
                    if (!problem.isEmpty()) {
                        html.add("<p class=\"problem\" role=\"alert\">")
                                .text(problem)
                                .add("</p>\n");
                    }
                    issued.ifPresent(token -> html.add("<div class=\"done\" role=\"status\"><p>This is your token ")
                            .text(token.token().name())
                            .add(". It is shown this once:</p>\n")
                            .element("pre", token.text().reveal())
                            .add("</div>\n"));
                    TokenTable.write(html, layout.base() + "/tokens/revoke", known, Optional.empty());
                    form(html);
                }),
                List.of());
    }

    private void form(Html html) {
        html.element("h2", "New token")
                .add("<form class=\"fields\" method=\"post\" action=\"")
                .text(layout.base());
        html.add("/tokens\">\n<label>Name <input name=\"name\" required maxlength=\"100\"></label>\n");
        html.add("<label>Days that it is good for <input name=\"days\" type=\"number\" min=\"1\" max=\"");
        html.add(Long.toString(tokens.longestLife().toDays())).add("\" value=\"");
        html.add(Long.toString(Math.min(30, Math.max(1, tokens.longestLife().toDays()))))
                .add("\" required></label>\n");
        html.add("<label>Only for these targets (names, with blanks between; all when empty)"
                + " <input name=\"targets\"></label>\n");
        html.add("<label>Only for these verbs (such as get list watch; all when empty)"
                + " <input name=\"verbs\"></label>\n<div><button>Make the token</button></div>\n</form>\n");
    }

    /** Makes one, and shows it. */
    void create(Visit visit, Session session, boolean administrator) throws IOException {
        Map<String, List<String>> form = Parameters.form(visit);
        try {
            String days = Visit.one(form, "days");
            if (!days.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("the days must be a number");
            }
            ApiTokens.Issued issued = tokens.issue(
                    Owner.of(session),
                    Visit.one(form, "name"),
                    Duration.ofDays(Long.parseLong(days)),
                    VisibleTargets.chosen(words(Visit.one(form, "targets")), session.authenticator(), visit.rules()),
                    words(Visit.one(form, "verbs")));
            show(visit, session, administrator, "", Optional.of(issued));
        } catch (IllegalArgumentException e) {
            show(visit, session, administrator, "No token was made: " + e.getMessage() + ".", Optional.empty());
        }
    }

    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>(List.of(text.strip().split("[\\s,]+")));
        words.remove("");
        return words;
    }

    /** Revokes one. */
    void revoke(Visit visit, Session session) throws IOException {
        String id = Visit.one(Parameters.form(visit), "id");
        boolean revoked = tokens.revoke(session.identity().user(), id, "revoked by its owner");
        visit.allow(session, revoked ? "revoked token " + id : "no such token");
        visit.redirect(layout.base() + "/tokens", List.of());
    }
}
