package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.TargetSourceFactory;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes the target source {@code in-cluster}. */
public final class InClusterSourceFactory implements TargetSourceFactory {

    private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount/";

    /** The target's name. */
    public static final Setting<String> NAME =
            Setting.text("name", "The name of the target").orElse("in-cluster");
    /** Where the API server is. */
    public static final Setting<String> SERVER = Setting.text(
            "server", "The API server; else https:// with KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT");
    /** The token. */
    public static final Setting<String> TOKEN_FILE = Setting.text(
                    "token-file", "The service account's token, read again twice a minute")
            .orElse(FOLDER + "token");
    /** The CA. */
    public static final Setting<String> CA_FILE = Setting.text(
                    "ca-file", "The certificates that the API server is verified against")
            .orElse(FOLDER + "ca.crt");

    private final Map<String, String> environment;

    /** Made by the plugin. */
    public InClusterSourceFactory() {
        this(System.getenv());
    }

    InClusterSourceFactory(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return "in-cluster";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(NAME, SERVER, TOKEN_FILE, CA_FILE);
    }

    /** It reads files. */
    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public TargetSource create(Settings settings, PluginContext context) {
        String name = settings.get(NAME);
        if (!Slug.isSlug(name)) {
            throw settings.problem(NAME, "expected lower-case letters, digits, dots and dashes");
        }
        URI server = server(settings);
        Path token = file(settings, TOKEN_FILE);
        if (FileSnapshot.readNow(token) instanceof FileSnapshot.Content.Absent absent) {
            throw settings.problem(TOKEN_FILE, token + " " + absent.reason());
        }
        Path authorities = file(settings, CA_FILE);
        InClusterSource source = new InClusterSource(name, server, token, authorities, context.clock());
        source.problem().ifPresent(problem -> {
            throw settings.problem(CA_FILE, problem);
        });
        return source;
    }

    private URI server(Settings settings) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        boolean inPod = !host.isEmpty() && !port.isEmpty();
        if (settings.find(SERVER).isEmpty() && !inPod) {
            throw settings.problem(
                    SERVER,
                    "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no pod; write server:");
        }
        String text = settings.find(SERVER)
                .orElseGet(() -> "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        return ContextDefinition.parse(text)
                .orElseThrow(() -> settings.problem(SERVER, "expected https://host:port, or http://"));
    }

    private static Path file(Settings settings, Setting<String> setting) {
        try {
            Path path = Path.of(settings.get(setting));
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw settings.problem(setting, "expected an absolute file name");
    }
}
