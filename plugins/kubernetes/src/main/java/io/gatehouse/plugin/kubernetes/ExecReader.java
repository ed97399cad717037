package io.gatehouse.plugin.kubernetes;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code exec} of a user. */
final class ExecReader {

    private static final List<String> API_VERSIONS =
            List.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");

    /** The name of the cluster's extension that is handed to the helper. */
    private static final String CONFIG_EXTENSION = "client.authentication.k8s.io/exec";

    private final KubeContext context;
    private final KubeEntry cluster;
    private final Optional<String> authorities;
    private final KubeEntry user;
    private final Duration timeout;

    ExecReader(KubeContext context, KubeEntry cluster, Optional<String> authorities, KubeEntry user, Duration timeout) {
        this.context = context;
        this.cluster = cluster;
        this.authorities = authorities;
        this.user = user;
        this.timeout = timeout;
    }

    ExecSpec read(KubeEntry exec) throws UnusableException {
        String apiVersion = exec.text("apiVersion").orElse("");
        if (!API_VERSIONS.contains(apiVersion)) {
            throw user.problem("exec: apiVersion: expected " + String.join(" or ", API_VERSIONS));
        }
        if (exec.text("interactiveMode").orElse("").equals("Always")) {
            throw user.problem("exec: interactiveMode Always is not supported: nobody sits at a terminal");
        }
        Optional<String> command = exec.text("command");
        if (command.isEmpty()) {
            throw user.problem("exec: command: is missing");
        }
        List<String> line = new ArrayList<>();
        line.add(program(exec, command.get()));
        for (Object argument : exec.list("args")) {
            line.add(argument(argument));
        }
        return new ExecSpec(
                context.label(), apiVersion, command.get(), line, environment(exec), info(exec, apiVersion), timeout);
    }

    /** A command with a slash counts from the kubeconfig's folder, one without is looked for on the path. */
    private static String program(KubeEntry exec, String command) throws UnusableException {
        return command.contains("/") ? exec.resolve("exec: command", command).toString() : command;
    }

    private String argument(Object value) throws UnusableException {
        if (value instanceof String text && text.indexOf('\0') < 0) {
            return text;
        }
        throw user.problem("exec: args: expected a list of texts; put numbers and flags in quotes");
    }

    private Map<String, String> environment(KubeEntry exec) throws UnusableException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (Object item : exec.list("env")) {
            if (!(item instanceof Map<?, ?> pair)
                    || !(pair.get("name") instanceof String name)
                    || !(pair.get("value") instanceof String value)
                    || name.isEmpty()
                    || name.contains("=")
                    || (name + value).indexOf('\0') >= 0) {
                throw user.problem("exec: env: expected a list of name and value; put numbers and flags in quotes");
            }
            environment.put(name, value);
        }
        return environment;
    }

    private String info(KubeEntry exec, String apiVersion) throws UnusableException {
        JsonObject spec = new JsonObject();
        spec.addProperty("interactive", false);
        if (exec.flag("provideClusterInfo")) {
            spec.add("cluster", clusterInfo());
        }
        JsonObject info = new JsonObject();
        info.addProperty("apiVersion", apiVersion);
        info.addProperty("kind", "ExecCredential");
        info.add("spec", spec);
        return info.toString();
    }

    private JsonObject clusterInfo() throws UnusableException {
        JsonObject info = new JsonObject();
        info.addProperty("server", cluster.text("server").orElse(""));
        cluster.text("tls-server-name").ifPresent(name -> info.addProperty("tls-server-name", name));
        if (cluster.flag("insecure-skip-tls-verify")) {
            info.addProperty("insecure-skip-tls-verify", true);
        }
        authorities.ifPresent(pem -> info.addProperty(
                "certificate-authority-data",
                Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8))));
        for (Object item : cluster.list("extensions")) {
            if (item instanceof Map<?, ?> extension && CONFIG_EXTENSION.equals(extension.get("name"))) {
                info.add("config", PlainJson.of(extension.get("extension")));
            }
        }
        return info;
    }
}
