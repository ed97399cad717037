package io.gatehouse.portal;

import io.gatehouse.login.LoginRules;
import io.gatehouse.login.Session;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.spi.Header;
import io.gatehouse.token.ApiTokens;
import io.gatehouse.token.Owner;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The kubeconfigs that a person downloads. */
final class KubeconfigPages {

    private final LoginRules rules;
    private final ApiTokens tokens;
    private final Kubeconfigs kubeconfigs;

    KubeconfigPages(LoginRules rules, ApiTokens tokens, Kubeconfigs kubeconfigs) {
        this.rules = rules;
        this.tokens = tokens;
        this.kubeconfigs = kubeconfigs;
    }

    private List<Kubeconfigs.Cluster> kubernetes(Visit visit, Session session, String target) {
        List<Kubeconfigs.Cluster> clusters = VisibleTargets.of(session, visit.rules(), rules.portal()).stream()
                .filter(VisibleTargets.Entry::kubernetes)
                .filter(cluster -> target.isEmpty() || cluster.name().equals(target))
                .map(cluster -> new Kubeconfigs.Cluster(cluster.name(), cluster.url()))
                .toList();
        if (clusters.isEmpty()) {
            throw new RefusedException(404, "not-found", "no such cluster", "there is no such cluster");
        }
        return clusters;
    }

    /** A kubeconfig without a secret: kubectl logs in by {@code gatehouse login}. */
    void withLogin(Visit visit, Session session) throws IOException {
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

    /** How kubectl logs in at this person's provider by itself; empty where it can not. */
    List<String> providerLogin(Session session) {
        return Optional.ofNullable(rules.logins().get(session.authenticator()))
                .map(login ->
                        login.call().call(() -> login.authenticator().kubectlLogin(), failed -> List.<String>of()))
                .orElse(List.of());
    }

    /** A kubeconfig without a secret: kubectl logs in at the provider. */
    void withProviderLogin(Visit visit, Session session) throws IOException {
        List<String> command = providerLogin(session);
        if (command.isEmpty()) {
            throw new RefusedException(404, "not-found", "no such login", "kubectl can not log in there by itself");
        }
        List<Kubeconfigs.Cluster> clusters = kubernetes(visit, session, "");
        visit.allow(session, "a kubeconfig that logs in at the provider");
        file(visit, kubeconfigs.withCommand(session.identity(), rules.portal().getHost(), clusters, command));
    }

    private static void file(Visit visit, String yaml) throws IOException {
        visit.answer(
                200,
                "application/yaml",
                yaml,
                List.of(new Header("Content-Disposition", "attachment; filename=\"kubeconfig.yaml\"")));
    }

    /** A kubeconfig with a token of its own, good for these clusters alone. */
    void withToken(Visit visit, Session session) throws IOException {
        String target = Visit.one(Parameters.form(visit), "target");
        List<Kubeconfigs.Cluster> clusters = kubernetes(visit, session, target);
        ApiTokens.Issued issued;
        try {
            issued = tokens.issue(
                    Owner.of(session),
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
