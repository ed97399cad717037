package io.gatehouse.bench;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Policies as a company with many teams has them: a role for each team, rules on its own namespaces, a few for everyone.
 * Each user is in four groups, which give four teams' roles and one that all have.
 */
enum Sample {
    /** Paths alone. */
    PATHS,
    /** Kubernetes objects alone. */
    KUBERNETES,
    /** One half of each; a request on Kubernetes is looked up in both. */
    MIXED;

    private static final int RULES_OF_A_TEAM = 10;
    private static final List<String> RESOURCES = List.of(
            "/pods", "/services", "/configmaps", "apps/deployments", "apps/statefulsets", "batch/jobs");

    /** A policy of that many rules, and the lines of its roles. */
    List<String> policy(int rules) {
        List<String> lines = new ArrayList<>();
        for (int team = 0; lines.size() < rules - 4; team++) {
            lines.addAll(team(team).subList(0, Math.min(RULES_OF_A_TEAM, rules - 4 - lines.size())));
        }
        lines.add(this == PATHS ? "p, role:staff, *, /version, GET, allow" : "p, role:staff, *, k8s:nonresource:/**, get, allow");
        lines.add(this == PATHS ? "p, role:staff, *, /api/v1/nodes, GET, allow" : "p, role:staff, *, k8s:/nodes, get|list|watch, allow");
        lines.add(this == PATHS ? "p, *, *, /api/v1/namespaces/kube-system/**, *, deny" : "p, *, *, k8s:*/* ns=kube-*, *, deny");
        lines.add(this == PATHS ? "p, *, *, /api/v1/secrets/**, *, deny" : "p, *, *, k8s:/secrets name=sh.helm*, *, deny");
        for (int team = 0; team < teams(rules); team++) {
            lines.add("g, group:group-" + team + ", role:team-" + team);
            lines.add("g, group:group-" + team + ", role:staff");
        }
        return lines;
    }

    private static int teams(int rules) {
        return (rules - 4 + RULES_OF_A_TEAM - 1) / RULES_OF_A_TEAM;
    }

    private List<String> team(int team) {
        List<String> lines = new ArrayList<>();
        String start = "p, role:team-" + team + ", prod, ";
        for (int i = 0; lines.size() < RULES_OF_A_TEAM; i++) {
            String resource = RESOURCES.get(i % RESOURCES.size());
            if (this == KUBERNETES || this == MIXED && i % 2 == 0) {
                lines.add(start + switch (i) {
                    case 6 -> "k8s:/pods/exec ns=team-" + team + ", create, allow";
                    case 7 -> "k8s:/pods/* ns=team-" + team + "-*, *, allow";
                    case 8 -> "k8s:/configmaps ns=shared name=team-" + team + "-*, get|update, allow";
                    case 9 -> "k8s:/secrets ns=team-" + team + ", *, deny";
                    default -> "k8s:" + resource + " ns=team-" + team + ", *|deletecollection, allow";
                });
            } else {
                String path = resource.startsWith("/") ? "/api/v1" : "/apis/" + resource.split("/")[0] + "/v1";
                lines.add(start + path + "/namespaces/team-" + team + (i / 6 == 0 ? "" : "-test") + "/"
                        + resource.split("/")[1] + "/**, *, allow");
            }
        }
        return lines;
    }

    List<AccessRequest> requests(int count, int rules, long seed) {
        Random random = new Random(seed);
        int teams = teams(rules);
        List<AccessRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int team = random.nextInt(teams);
            List<String> groups = new ArrayList<>();
            for (int group = 0; group < 4; group++) {
                groups.add("group-" + (team + group * 7) % teams);
            }
            Identity identity = Identity.of("user-" + i, "oidc").withGroups(groups);
            requests.add(request(identity, random, team));
        }
        return requests;
    }

    private AccessRequest request(Identity identity, Random random, int team) {
        String[] resource = RESOURCES.get(random.nextInt(RESOURCES.size())).split("/");
        String namespace = random.nextInt(8) == 0 ? "kube-system" : "team-" + team;
        String name = random.nextInt(3) == 0 ? "" : "web-" + random.nextInt(1_000);
        boolean exec = random.nextInt(10) == 0;
        String group = exec ? "" : resource[0];
        String kind = exec ? "pods" : resource[1];
        String subresource = exec ? "exec" : "";
        String path = (group.isEmpty() ? "/api/v1" : "/apis/" + group + "/v1") + "/namespaces/" + namespace + "/" + kind
                + (name.isEmpty() ? "" : "/" + name) + (exec ? "/exec" : "");
        KubernetesAction action = new KubernetesAction(
                true, name.isEmpty() ? "list" : "get", group, "v1", namespace, kind, subresource, name, path, "", "");
        return new AccessRequest(
                identity,
                "staff",
                InetAddress.getLoopbackAddress(),
                "prod",
                "GET",
                path,
                "",
                exec ? Optional.of("websocket") : Optional.empty(),
                Map.of(),
                this == PATHS ? Optional.empty() : Optional.of(action));
    }
}
