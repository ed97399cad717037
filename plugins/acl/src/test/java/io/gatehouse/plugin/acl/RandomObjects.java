package io.gatehouse.plugin.acl;

import io.gatehouse.spi.KubernetesAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random Kubernetes objects and actions on them, over few names. */
final class RandomObjects {

    private static final List<String> VERBS = List.of("get", "list", "watch", "create", "update", "patch", "delete");

    private final Random random;

    RandomObjects(Random random) {
        this.random = random;
    }

    /** The object and action columns of a rule. */
    String objectAndVerbs(boolean denies) {
        String subresource = pick("", "", "/log", "/exec", "/proxy", "/*");
        String object = "k8s:" + pick("", "", "apps", "*") + "/" + pick("pods", "pods", "services", "*") + subresource;
        String namespace = pick("", "", " ns=a", " ns=ab", " ns=a*", " ns=ab*", " ns=*");
        String name = pick("", "", "", " name=x", " name=xy", " name=x*", " name=*");
        // An allow by name of what never has one is a problem.
        boolean mayCreate = denies || name.isEmpty() || !subresource.isEmpty();
        boolean mayDeleteAll = denies || name.isEmpty();
        return object + namespace + name + ", " + verbs(denies, mayCreate, mayDeleteAll);
    }

    private String verbs(boolean denies, boolean mayCreate, boolean mayDeleteAll) {
        if (random.nextInt(3) == 0) {
            return "*" + (denies ? "" : pick("", "|impersonate"));
        }
        List<String> verbs = new ArrayList<>();
        for (String verb : VERBS) {
            if (random.nextInt(3) == 0 && (mayCreate || !verb.equals("create"))) {
                verbs.add(verb);
            }
        }
        if (random.nextInt(3) == 0) {
            verbs.add(mayDeleteAll ? pick("deletecollection", "impersonate") : "impersonate");
        }
        return verbs.isEmpty() ? "get" : String.join("|", verbs);
    }

    String nonResourceVerbs() {
        return pick("get", "post", "get|post", "put|patch|delete|options", "*");
    }

    /** What a request may mean. */
    KubernetesAction action() {
        if (random.nextInt(5) == 0) {
            return KubernetesAction.nonResource("get", "/healthz");
        }
        return new KubernetesAction(
                true,
                random.nextInt(4) == 0
                        ? pick("deletecollection", "impersonate", "proxy", "")
                        : VERBS.get(random.nextInt(VERBS.size())),
                pick("", "", "apps", "batch"),
                "v1",
                pick("", "a", "ab", "abc", "b"),
                pick("pods", "pods", "services", "nodes"),
                pick("", "", "", "log", "exec", "proxy", "status"),
                pick("", "", "x", "xy", "xyz", "y"),
                "/",
                "",
                "");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
