package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is a person's own: who they are, their clusters, their tokens. */
final class PersonPages {

    private final LoginRules rules;
    private final Layout layout;
    private final Throttle throttle;
    private final TokenPages tokens;
    private final KubeconfigPages kubeconfigs;

    PersonPages(LoginRules rules, Layout layout, Throttle throttle, TokenPages tokens, KubeconfigPages kubeconfigs) {
        this.rules = rules;
        this.layout = layout;
        this.throttle = throttle;
        this.tokens = tokens;
        this.kubeconfigs = kubeconfigs;
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
            case "GET/tokens" -> tokens.show(visit, session, administrator);
            case "POST/tokens" -> tokens.create(visit, session, administrator);
            case "POST/tokens/revoke" -> tokens.revoke(visit, session);
            case "GET/kubeconfig" -> kubeconfigs.withLogin(visit, session);
            default -> kubeconfigs.withToken(visit, session);
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
        entry(html, "Since", Layout.time(session.began()));
        entry(html, "Until", Layout.time(session.began().plus(rules.times().life())) + " at the latest");
        html.add("</dl>\n");
    }

    private static void entry(Html html, String name, String value) {
        html.element("dt", name).element("dd", value);
    }
}
