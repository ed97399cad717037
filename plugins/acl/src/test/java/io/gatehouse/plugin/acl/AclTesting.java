package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Short words for the tests of the policy. */
final class AclTesting {

    static final Identity ALICE = identity("alice", "dev");

    private AclTesting() {}

    static ConfigFile file(String text) {
        return new ConfigFile(Path.of("/home/policy.csv"), text.getBytes(StandardCharsets.UTF_8));
    }

    static Authorizer acl(String... lines) {
        AclAuthorizerFactory factory = new AclAuthorizerFactory();
        return factory.create(
                TestSettings.of(factory).with(AclAuthorizerFactory.POLICY, file(String.join("\n", lines))),
                TestContext.in(Path.of(".")));
    }

    static Identity identity(String user, String... groups) {
        return Identity.of(user, "basic").withGroups(List.of(groups));
    }

    static AccessRequest request(Identity identity, String method, String target, String path) {
        return request(identity, method, target, path, "", Optional.empty());
    }

    static AccessRequest request(
            Identity identity, String method, String target, String path, String query, Optional<String> upgrade) {
        return request(identity, method, target, path, query, upgrade, Optional.empty());
    }

    static AccessRequest request(
            Identity identity,
            String method,
            String target,
            String path,
            String query,
            Optional<String> upgrade,
            Optional<KubernetesAction> kubernetes) {
        return new AccessRequest(
                identity,
                "staff",
                InetAddress.getLoopbackAddress(),
                target,
                method,
                path,
                query,
                upgrade,
                Map.of(),
                kubernetes);
    }

    static AccessRequest upgrade(Identity identity, String method, String target, String path) {
        return request(identity, method, target, path, "", Optional.of("websocket"));
    }

    /** A request on an object; its path is one that no rule of these tests speaks of, but for {@code /**}. */
    static AccessRequest request(Identity identity, String target, KubernetesAction action) {
        return request(identity, target, "GET", action, Optional.empty());
    }

    static AccessRequest request(
            Identity identity, String target, String method, KubernetesAction action, Optional<String> upgrade) {
        return request(identity, method, target, action.path(), "", upgrade, Optional.of(action));
    }

    /**
     * An action as a test writes it.
     *
     * @param object such as {@code apps/deployments/scale}
     * @param namespace empty for none
     * @param name likewise
     */
    static KubernetesAction action(String verb, String object, String namespace, String name) {
        String[] parts = object.split("/", 3);
        return new KubernetesAction(
                true,
                verb,
                parts[0],
                "v1",
                namespace,
                parts[1],
                parts.length == 3 ? parts[2] : "",
                name,
                "/apis/kubernetes",
                "",
                "");
    }

    /**
     * A request of Alice's to prod.
     *
     * @param text {@code verb group/resource[/subresource] namespace name}, with {@code -} for nothing and {@code core}
     *     for the core group
     */
    static AccessRequest asked(String text) {
        return asked(text, "GET", Optional.empty());
    }

    static AccessRequest asked(String text, String method, Optional<String> upgrade) {
        String[] words = text.split(" ");
        String object = words[1].startsWith("core/") ? words[1].substring("core".length()) : words[1];
        KubernetesAction action = action(orNothing(words[0]), object, orNothing(words[2]), orNothing(words[3]));
        return request(ALICE, "prod", method, action, upgrade);
    }

    private static String orNothing(String word) {
        return word.equals("-") ? "" : word;
    }
}
