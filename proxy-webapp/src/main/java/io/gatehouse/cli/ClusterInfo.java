package io.gatehouse.cli;

import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * What kubectl tells an exec credential plugin in {@code KUBERNETES_EXEC_INFO} (client.authentication.k8s.io).
 *
 * @param apiVersion in which the answer is expected
 * @param authority the cluster's certificate authority, PEM in base64, where {@code provideClusterInfo} is on
 */
record ClusterInfo(String apiVersion, Optional<String> authority) {

    static final String DEFAULT_VERSION = "client.authentication.k8s.io/v1";

    static ClusterInfo of(String json) {
        if (json == null || json.isEmpty()) {
            return new ClusterInfo(DEFAULT_VERSION, Optional.empty());
        }
        try {
            Object read =
                    new Load(LoadSettings.builder().setSchema(new JsonSchema()).build()).loadFromString(json);
            String version = text(read, "apiVersion").orElse(DEFAULT_VERSION);
            return new ClusterInfo(
                    version.startsWith("client.authentication.k8s.io/") ? version : DEFAULT_VERSION,
                    part(read, "spec")
                            .flatMap(spec -> part(spec, "cluster"))
                            .flatMap(cluster -> text(cluster, "certificate-authority-data")));
        } catch (YamlEngineException e) {
            return new ClusterInfo(DEFAULT_VERSION, Optional.empty());
        }
    }

    private static Optional<Object> part(Object of, String name) {
        return of instanceof Map<?, ?> map ? Optional.ofNullable(map.get(name)) : Optional.empty();
    }

    private static Optional<String> text(Object of, String name) {
        return part(of, name).filter(String.class::isInstance).map(String.class::cast);
    }
}
