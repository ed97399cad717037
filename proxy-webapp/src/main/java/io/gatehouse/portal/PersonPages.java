package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.spi.Header;
import io.gatehouse.token.ApiToken;
import io.gatehouse.token.ApiTokens;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is a person's own: who they are, their clusters, their tokens. */
final class PersonPages {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final LoginRules rules;
    private final Layout layout;
    private final Throttle throttle;
    private final ApiTokens tokens;
    private final Kubeconfigs kubeconfigs;

    PersonPages(
            LoginRules rules, Layout layout, Throttle throttle, ApiTokens tokens, Kubeconfigs kubeconfigs) {
        this.rules = rules;
        this.layout = layout;
        this.throttle = throttle;
        this.tokens = tokens;
        this.kubeconfigs = kubeconfigs;
    }

    static String time(TemporalAccessor time) {
        return TIME.format(time);
    }

    /** @return whether there is such a page */
    boolean serve(Visit visit, boolean administrator) throws IOException {
        boolean known = visit.is("GET", "/")
                || visit.is("GET", "/tokens")
                || visit.is("POST", "/tokens")
                || visit.is("POST", "/tokens/revoke")
                || visit.is("GET", "/kubeconfig")
                || visit.is("POST", "/kubeconfig");
        if (!known) {
            return false;
        }
        if (visit.session().isEmpty()) {
            visit.record().verdict("unauthenticated", "nobody has logged in");
            String to = visit.admitted().method().equals("GET") ? layout.base() + visit.path() : layout.base() + "/";
            visit.redirect(layout.base() + "/login?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8), List.of());
            return true;
        }
        Session session = visit.session().get();
        if (visit.admitted().method().equals("POST")) {
            visit.requireOwnSite();
            throttle.token(session.identity().user());
        }
        switch (visit.admitted().method() + visit.path()) {
            case "GET/" -> overview(visit, session, administrator);
            case "GET/tokens" -> tokens(visit, session, administrator, "", Optional.empty());
            case "POST/tokens" -> create(visit, session, administrator);
            case "POST/tokens/revoke" -> revoke(visit, session);
            case "GET/kubeconfig" -> kubeconfigWithLogin(visit, session);
            default -> kubeconfig(visit, session);
        }
        return true;
    }

    private void overview(Visit visit, Session session, boolean administrator) throws IOException {
        visit.allow(session, "their own page");
        List<Clusters.Cluster> clusters = Clusters.of(session, visit.rules(), rules.portal());
        visit.page(
                200,
                layout.page("Your clusters", visit.session(), administrator, html -> {
                    clusters(html, clusters);
                    identity(html, session);
                }),
                List.of());
    }

    private void clusters(Html html, List<Clusters.Cluster> clusters) {
        if (clusters.isEmpty()) {
            html.element("p", "No cluster takes the way you have logged in. Ask your administrator.");
            return;
        }
        html.add("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Address</th>"
                + "<th scope=\"col\">kubeconfig</th></tr></thead>\n<tbody>\n");
        for (Clusters.Cluster cluster : clusters) {
            html.add("<tr><th scope=\"row\">").text(cluster.name()).add("</th><td>");
            if (cluster.browsers()) {
                html.add("<a href=\"")
                        .text(cluster.url())
                        .add("/\">")
                        .text(cluster.url())
                        .add("/</a>");
            } else {
                html.element("code", cluster.url());
            }
            html.add("</td><td>");
            if (cluster.kubernetes()) {
                download(html, cluster.name(), "Download", "quiet");
            }
            html.add("</td></tr>\n");
        }
        html.add("</tbody></table>\n");
        if (clusters.stream().anyMatch(Clusters.Cluster::kubernetes)) {
            download(html, "", "Download one for all clusters", "");
            html.add("<p><a href=\"")
                    .text(layout.base())
                    .add("/kubeconfig\">Download one without a token</a>, that logs in"
                            + " with <code>gatehouse login</code></p>\n");
            html.element("h2", "Use it");
            html.element("p", "The file holds a token of yours that ends with the others; keep it to yourself.");
            html.element(
                    "pre",
                    "chmod 600 ~/Downloads/kubeconfig.yaml\n"
                            + "kubectl --kubeconfig ~/Downloads/kubeconfig.yaml auth whoami");
        }
    }

    private void download(Html html, String target, String label, String style) {
        html.add("<form method=\"post\" action=\"").text(layout.base()).add("/kubeconfig\">");
        html.hidden("target", target)
                .add("<button class=\"")
                .text(style)
                .add("\">")
                .text(label);
        html.add("</button></form>\n");
    }

    private void identity(Html html, Session session) {
        html.element("h2", "Who you are").add("<dl>");
        entry(html, "User", session.identity().user());
        entry(
                html,
                "Groups",
                session.identity().groups().isEmpty()
                        ? "none"
                        : String.join(", ", session.identity().groups()));
        entry(html, "Logged in with", session.authenticator());
        entry(html, "Since", time(session.began()));
        entry(html, "Until", time(session.began().plus(rules.times().life())) + " at the latest");
        html.add("</dl>\n");
    }

    private static void entry(Html html, String name, String value) {
        html.element("dt", name).element("dd", value);
    }

    private void tokens(
            Visit visit, Session session, boolean administrator, String problem, Optional<ApiTokens.Issued> issued)
            throws IOException {
        visit.allow(session, "their own tokens");
        List<ApiToken> known = tokens.of(session.identity().user());
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

    private void create(Visit visit, Session session, boolean administrator) throws IOException {
        Map<String, List<String>> form = Parameters.form(visit);
        try {
            String days = Visit.one(form, "days");
            if (!days.matches("[0-9]{1,5}")) {
                throw new IllegalArgumentException("the days must be a number");
            }
            ApiTokens.Issued issued = tokens.issue(
                    session.authenticator(),
                    session.identity(),
                    Visit.one(form, "name"),
                    Duration.ofDays(Long.parseLong(days)),
                    words(Visit.one(form, "targets")),
                    words(Visit.one(form, "verbs")));
            tokens(visit, session, administrator, "", Optional.of(issued));
        } catch (IllegalArgumentException e) {
            tokens(visit, session, administrator, "No token was made: " + e.getMessage() + ".", Optional.empty());
        }
    }

    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>(List.of(text.strip().split("[\\s,]+")));
        words.remove("");
        return words;
    }

    private void revoke(Visit visit, Session session) throws IOException {
        String id = Visit.one(Parameters.form(visit), "id");
        boolean revoked = tokens.revoke(session.identity().user(), id, "revoked by its owner");
        visit.allow(session, revoked ? "revoked token " + id : "no such token");
        visit.redirect(layout.base() + "/tokens", List.of());
    }

    private List<Kubeconfigs.Cluster> kubernetes(Visit visit, Session session, String target) {
        List<Kubeconfigs.Cluster> clusters = Clusters.of(session, visit.rules(), rules.portal()).stream()
                .filter(Clusters.Cluster::kubernetes)
                .filter(cluster -> target.isEmpty() || cluster.name().equals(target))
                .map(cluster -> new Kubeconfigs.Cluster(cluster.name(), cluster.url()))
                .toList();
        if (clusters.isEmpty()) {
            throw new RefusedException(404, "not-found", "no such cluster", "there is no such cluster");
        }
        return clusters;
    }

    /** A kubeconfig without a secret: kubectl logs in by {@code gatehouse login}. */
    private void kubeconfigWithLogin(Visit visit, Session session) throws IOException {
        List<Kubeconfigs.Cluster> clusters = kubernetes(visit, session, "");
        visit.allow(session, "a kubeconfig that logs in");
        file(
                visit,
                kubeconfigs.withLogin(
                        session.identity(),
                        rules.portal().getHost(),
                        clusters,
                        rules.portal().toString()));
    }

    private static void file(Visit visit, String yaml) throws IOException {
        visit.answer(
                200,
                "application/yaml",
                yaml,
                List.of(new Header("Content-Disposition", "attachment; filename=\"kubeconfig.yaml\"")));
    }

    /** A kubeconfig with a token of its own, good for these clusters alone. */
    private void kubeconfig(Visit visit, Session session) throws IOException {
        String target = Visit.one(Parameters.form(visit), "target");
        List<Kubeconfigs.Cluster> clusters = kubernetes(visit, session, target);
        ApiTokens.Issued issued;
        try {
            issued = tokens.issue(
                    session.authenticator(),
                    session.identity(),
                    "kubeconfig " + (target.isEmpty() ? "for all clusters" : target),
                    tokens.longestLife(),
                    target.isEmpty() ? Set.of() : Set.of(target),
                    Set.of());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "invalid", e.getMessage(), "no kubeconfig was made: " + e.getMessage());
        }
        visit.allow(session, "a kubeconfig with token " + issued.token().id());
        file(
                visit,
                kubeconfigs.withToken(
                        session.identity(),
                        rules.portal().getHost(),
                        clusters,
                        issued.text().reveal()));
    }
}
