package io.gatehouse.plugin.acl;

import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Identity;
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
                Optional.empty());
    }

    static AccessRequest upgrade(Identity identity, String method, String target, String path) {
        return request(identity, method, target, path, "", Optional.of("websocket"));
    }
}
