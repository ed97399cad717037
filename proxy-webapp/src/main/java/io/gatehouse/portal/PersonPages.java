package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is a person's own: who they are, their clusters and services, their tokens. */
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
                || visit.is("GET", "/kubeconfig/provider")
                || visit.is("POST", "/kubeconfig");
        if (!known) {
            return false;
        }
        if (visit.session().isEmpty()) {
            String to = visit.admitted().method().equals("GET") ? layout.base() + visit.path() : layout.base() + "/";
            visit.redirectToLogin(layout.loginPage(to));
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
            case "GET/kubeconfig/provider" -> kubeconfigs.withProviderLogin(visit, session);
            default -> kubeconfigs.withToken(visit, session);
        }
        return true;
    }

    private void overview(Visit visit, Session session, boolean administrator) throws IOException {
        visit.allow(session, "their own page");
        List<VisibleTargets.Entry> targets = VisibleTargets.of(session, visit.rules(), rules.portal());
        Map<Boolean, List<VisibleTargets.Entry>> byKind =
                targets.stream().collect(Collectors.partitioningBy(VisibleTargets.Entry::kubernetes));
        visit.page(
                200,
                layout.page("Your clusters and services", visit.session(), administrator, html -> {
                    if (targets.isEmpty()) {
                        html.element("p", "No target takes the way you have logged in. Ask your administrator.");
                    }
                    clusters(html, byKind.get(true), kubeconfigs.providerLogin(session));
                    services(html, byKind.get(false));
                    identity(html, session);
                }),
                List.of());
    }

    private void clusters(Html html, List<VisibleTargets.Entry> clusters, List<String> providerLogin) {
        if (clusters.isEmpty()) {
            return;
        }
        html.element("h2", "Clusters");
        table(html, clusters, true);
        download(html, "", "Download one for all clusters", "");
        html.add("<p><a href=\"")
                .text(layout.base())
                .add("/kubeconfig\">Download one without a token</a>, that logs in"
                        + " with <code>gatehouse login</code></p>\n");
        if (!providerLogin.isEmpty()) {
            html.add("<p><a href=\"")
                    .text(layout.base())
                    .add("/kubeconfig/provider\">Download one that logs in at the provider</a>, with <code>")
                    .text(providerLogin.stream().limit(2).collect(Collectors.joining(" ")))
                    .add("</code></p>\n");
        }
        html.element("p", "The file holds a token of yours that ends with the others; keep it to yourself.");
        html.element(
                "pre",
                "chmod 600 ~/Downloads/kubeconfig.yaml\n"
                        + "kubectl --kubeconfig ~/Downloads/kubeconfig.yaml auth whoami");
    }

    private void services(Html html, List<VisibleTargets.Entry> services) {
        if (!services.isEmpty()) {
            html.element("h2", "Services");
            table(html, services, false);
        }
    }

    private void table(Html html, List<VisibleTargets.Entry> targets, boolean clusters) {
        html.add("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Address</th>")
                .add(clusters ? "<th scope=\"col\">kubeconfig</th>" : "")
                .add("</tr></thead>\n<tbody>\n");
        for (VisibleTargets.Entry target : targets) {
            html.add("<tr><th scope=\"row\">").text(target.name()).add("</th><td>");
            if (target.browsers()) {
                html.add("<a href=\"")
                        .text(target.url())
                        .add("/\">")
                        .text(target.url())
                        .add("/</a>");
            } else {
                html.element("code", target.url());
            }
            html.add("</td>");
            if (clusters) {
                html.add("<td>");
                download(html, target.name(), "Download", "quiet");
                html.add("</td>");
            }
            html.add("</tr>\n");
        }
        html.add("</tbody></table>\n");
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
