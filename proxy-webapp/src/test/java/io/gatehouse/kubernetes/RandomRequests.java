package io.gatehouse.kubernetes;

/** Makes up requests to a Kubernetes API server: most by its own grammar with odd words, some then damaged. */
final class RandomRequests {

    private static final String[] METHODS = {
        "GET", "GET", "GET", "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "DELETE", "OPTIONS"
    };
    private static final String[] ELSEWHERE = {
        "/",
        "/healthz",
        "/readyz/ping",
        "/version",
        "/metrics",
        "/openapi/v3/apis/apps/v1",
        "/.well-known/openid-configuration",
        "/debug/pprof/heap",
        "/logs/kubelet.log",
        "/API/v1/pods",
        "/apix/v1/pods",
        "/Apis/apps/v1/deployments",
        "/apis%20/apps/v1/deployments"
    };
    private static final String[] GROUPS = {
        "apps",
        "batch",
        "extensions",
        "networking.k8s.io",
        "rbac.authorization.k8s.io",
        "api",
        "apis",
        "v1",
        "gr\u00fcn"
    };
    private static final String[] VERSIONS = {"v1", "v1", "v1", "v1beta1", "v2", "version", "watch", "namespaces"};
    private static final String[] RESOURCES = {
        "pods",
        "pods",
        "secrets",
        "services",
        "nodes",
        "namespaces",
        "deployments",
        "watch",
        "proxy",
        "Watch",
        "status",
        "finalize",
        "api",
        "pods,secrets",
        "\u6e2c\u8a66",
        "*"
    };
    private static final String[] NAMES = {
        "default",
        "kube-system",
        "other",
        "foo",
        "system:node:a",
        "https:x:443",
        "status",
        "finalize",
        "watch",
        "proxy",
        "namespaces",
        "...",
        "a b",
        "+",
        "a+b",
        "a=b",
        "a,b",
        "a&b",
        "~",
        "\u00fc",
        "\ud83d\ude00",
        "\ufffd",
        "\u212a",
        "a\u2028b",
        "n".repeat(253),
        "n".repeat(1500)
    };
    private static final String[] SUBRESOURCES = {
        "status",
        "finalize",
        "exec",
        "attach",
        "portforward",
        "log",
        "proxy",
        "scale",
        "token",
        "eviction",
        "watch",
        "x"
    };
    /** What may stand in a segment as it is. */
    private static final String PLAIN = "!$&'()*+,=:@";

    private final Dice dice;
    private final RandomQueries queries;
    private final Damage damage;

    /**
     * One of them.
     *
     * @param target as in a request line; each character is a byte
     */
    record Request(String method, String target) {}

    RandomRequests(Dice dice) {
        this.dice = dice;
        queries = new RandomQueries(dice);
        damage = new Damage(dice);
    }

    Request next() {
        String target = path() + queries.next();
        for (int i = dice.oneIn(3) ? 1 + dice.below(3) : 0; i > 0; i--) {
            target = damage.on(target);
        }
        return new Request(dice.pick(METHODS), target);
    }

    private String path() {
        if (dice.oneIn(25)) {
            return dice.pick(ELSEWHERE);
        }
        StringBuilder path = new StringBuilder();
        if (dice.oneIn(2)) {
            path.append("/api");
        } else {
            path.append("/apis");
            segment(path, 30, GROUPS);
        }
        segment(path, 30, VERSIONS);
        if (dice.oneIn(8)) {
            segment(path, 30, "watch", "proxy");
        }
        if (dice.oneIn(2)) {
            path.append("/namespaces");
            segment(path, 20, NAMES);
        }
        segment(path, 10, RESOURCES);
        if (dice.oneIn(2)) {
            segment(path, 20, NAMES);
            if (dice.oneIn(2)) {
                segment(path, 20, SUBRESOURCES);
            }
        }
        for (int i = dice.oneIn(12) ? 1 + dice.below(4) : 0; i > 0; i--) {
            segment(path, 20, NAMES);
        }
        return path.append(dice.oneIn(12) ? "/" : "").toString();
    }

    /** One more segment, but for one in so many cases. */
    private void segment(StringBuilder path, int missing, String... from) {
        if (!dice.oneIn(missing)) {
            path.append('/').append(dice.spelled(dice.pick(from), PLAIN, 2000));
        }
    }
}
