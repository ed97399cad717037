package io.gatehouse.portal;

import io.gatehouse.spi.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The kubeconfig that a person downloads. Every name in it is quoted as JSON, which YAML is a superset of.
 *
 * @param authority the certificate authority of the portal, PEM; empty where the system knows it
 * @param namespaceFrom the extra of an identity that names the namespace
 */
public record Kubeconfigs(Optional<String> authority, Optional<String> namespaceFrom) {

    /** A cluster as it is reached through Gatehouse. */
    record Cluster(String name, String server) {}

    /** With a token in it. */
    String withToken(Identity identity, String portal, List<Cluster> clusters, String token) {
        return file(identity, portal, clusters, "    token: " + quoted(token) + "\n");
    }

    /** With the command of Gatehouse's own that logs in when kubectl needs a credential. */
    String withLogin(Identity identity, String portal, List<Cluster> clusters, String url) {
        return withCommand(identity, portal, clusters, List.of("gatehouse", "login", url, "--exec"));
    }

    /** With any command that does so. */
    String withCommand(Identity identity, String portal, List<Cluster> clusters, List<String> command) {
        String arguments =
                command.stream().skip(1).map(Kubeconfigs::quoted).collect(Collectors.joining(", ", "[", "]"));
        return file(
                identity,
                portal,
                clusters,
                "    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: " + quoted(command.get(0))
                        + "\n      args: " + arguments
                        + "\n      interactiveMode: IfAvailable\n      provideClusterInfo: true\n");
    }

    private String file(Identity identity, String portal, List<Cluster> clusters, String credential) {
        String user = quoted(identity.user() + "@" + portal);
        StringBuilder yaml = new StringBuilder("apiVersion: v1\nkind: Config\nclusters:\n");
        for (Cluster cluster : clusters) {
            yaml.append("- name: ")
                    .append(quoted(cluster.name() + "@" + portal))
                    .append("\n  cluster:\n    server: ");
            yaml.append(quoted(cluster.server())).append('\n');
            authority.ifPresent(pem -> yaml.append("    certificate-authority-data: ")
                    .append(Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))
                    .append('\n'));
        }
        yaml.append("users:\n- name: ")
                .append(user)
                .append("\n  user:\n")
                .append(credential)
                .append("contexts:\n");
        for (Cluster cluster : clusters) {
            String name = quoted(cluster.name() + "@" + portal);
            yaml.append("- name: ")
                    .append(name)
                    .append("\n  context:\n    cluster: ")
                    .append(name);
            yaml.append("\n    user: ").append(user).append('\n');
            namespace(identity)
                    .ifPresent(namespace -> yaml.append("    namespace: ")
                            .append(quoted(namespace))
                            .append('\n'));
        }
        yaml.append("current-context: ")
                .append(clusters.isEmpty() ? "\"\"" : quoted(clusters.get(0).name() + "@" + portal));
        return yaml.append('\n').toString();
    }

    /** Only what can be the name of a namespace (RFC 1123 label). */
    private Optional<String> namespace(Identity identity) {
        return namespaceFrom.flatMap(key -> identity.extra().getOrDefault(key, List.of()).stream()
                .filter(value -> value.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"))
                .findFirst());
    }

    static String quoted(String text) {
        return Json.text(text);
    }
}
