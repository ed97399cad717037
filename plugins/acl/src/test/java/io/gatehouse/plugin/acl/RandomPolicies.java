package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Random policies and requests over few names, so that rules meet. The same seed makes the same again. */
final class RandomPolicies {

    private static final List<String> SEGMENTS = List.of("api", "v1", "pods", "exec", "a");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final Random random;
    private final boolean kubernetes;

    private RandomPolicies(long seed, boolean kubernetes) {
        this.random = new Random(seed);
        this.kubernetes = kubernetes;
    }

    /** Policies of paths. */
    static RandomPolicies ofPaths(long seed) {
        return new RandomPolicies(seed, false);
    }

    /** Policies of paths and of Kubernetes objects, and requests to Kubernetes, for the most part. */
    static RandomPolicies ofKubernetes(long seed) {
        return new RandomPolicies(seed, true);
    }

    /** The lines of a policy without problems. */
    List<String> policy() {
        int roles = 1 + random.nextInt(5);
        Set<String> lines = new LinkedHashSet<>();
        for (int role = 0; role < roles; role++) {
            lines.add("g, " + member() + ", role:r" + role);
            lines.add("p, role:r" + role + ", zoo, /r" + role + ", GET, allow");
            if (random.nextBoolean()) {
                lines.add("g, " + member() + ", role:r" + role);
            }
            if (role > 0 && random.nextBoolean()) {
                lines.add("g, role:r" + role + ", role:r" + random.nextInt(role));
            }
        }
        int rules = random.nextInt(40);
        for (int rule = 0; rule < rules; rule++) {
            boolean denies = random.nextInt(4) == 0;
            lines.add("p, " + subject(roles) + ", " + pick("prod", "prod", "dev", "*") + ", " + objectAndActions(denies)
                    + ", " + (denies ? "deny" : "allow"));
        }
        return new ArrayList<>(lines);
    }

    /** A request that such a policy may speak of. */
    AccessRequest request() {
        List<String> groups = new ArrayList<>();
        for (String group : List.of("g0", "g1", "g2")) {
            if (random.nextInt(3) == 0) {
                groups.add(group);
            }
        }
        return AclTesting.request(
                AclTesting.identity(pick("alice", "bob", "carol"), groups.toArray(String[]::new)),
                pick(METHODS.get(random.nextInt(METHODS.size())), "GET", "HEAD", "PROPFIND"),
                pick("prod", "prod", "dev", "other"),
                path(),
                "",
                random.nextInt(4) == 0 ? Optional.of("websocket") : Optional.empty(),
                kubernetes && random.nextInt(8) != 0
                        ? Optional.of(new RandomObjects(random).action())
                        : Optional.empty());
    }

    private String objectAndActions(boolean denies) {
        if (!kubernetes || random.nextInt(6) == 0) {
            return pattern() + ", " + actions();
        }
        RandomObjects objects = new RandomObjects(random);
        return random.nextInt(5) == 0
                ? "k8s:nonresource:" + pattern().replace("api", "healthz") + ", " + objects.nonResourceVerbs()
                : objects.objectAndVerbs(denies);
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            path.append('/').append(SEGMENTS.get(random.nextInt(SEGMENTS.size())));
        }
        return path.isEmpty() || random.nextInt(6) == 0 ? path + "/" : path.toString();
    }

    private String pattern() {
        StringBuilder pattern = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            pattern.append('/').append(random.nextInt(3) == 0 ? "*" : SEGMENTS.get(random.nextInt(SEGMENTS.size())));
        }
        if (random.nextInt(3) == 0) {
            return pattern + "/**";
        }
        return pattern.isEmpty() ? "/" : pattern.toString();
    }

    private String actions() {
        if (random.nextInt(3) == 0) {
            return pick("*", "*|UPGRADE", "UPGRADE");
        }
        Set<String> actions = new LinkedHashSet<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            actions.add(METHODS.get(random.nextInt(METHODS.size())));
        }
        // In one order: the same actions in another order would be the same rule.
        return String.join("|", METHODS.stream().filter(actions::contains).toList());
    }

    private String member() {
        return pick("user:alice", "user:bob", "group:g0", "group:g1");
    }

    private String subject(int roles) {
        return pick("*", "user:alice", "user:bob", "group:g1", "group:g2", "role:r" + random.nextInt(roles));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
