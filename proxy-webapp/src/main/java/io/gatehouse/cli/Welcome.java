package io.gatehouse.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What the embedded default says when it has started: where it is, who may log in, and how kubectl gets there. */
final class Welcome {

    private Welcome() {}

    static void print(Path home, String address, List<String> targets, EmbeddedDefault.Prepared prepared)
            throws IOException {
        List<String> clusters =
                targets.stream().filter(name -> !name.equals("demo")).toList();
        System.out.println("Gatehouse is ready at " + address + " (this machine only); its home is " + home);
        System.out.println(prepared.password()
                .map(password -> "User " + EmbeddedDefault.USER + ", password " + password
                        + " (shown this once; its hash is in " + home.resolve("htpasswd") + ")")
                .orElse("User " + EmbeddedDefault.USER + ", password as it was printed at the first start (to get a new"
                        + " one, delete " + home.resolve("htpasswd") + ")"));
        System.out.println("Try:     curl --cacert " + home.resolve("tls/ca.crt") + " --user " + EmbeddedDefault.USER
                + " " + address + "/demo/hello");
        if (clusters.isEmpty()) {
            System.out.println("No cluster: there is no context in $KUBECONFIG or ~/.kube/config");
            return;
        }
        Path kubeconfig = home.resolve("kubeconfig");
        KubeconfigFile.write(kubeconfig, address, clusters, current(kubeconfigs(), clusters), prepared);
        System.out.println("Clusters: " + String.join(", ", clusters));
        System.out.println("kubectl: kubectl --kubeconfig " + kubeconfig + " get pods");
        System.out.println("There, " + EmbeddedDefault.USER
                + " acts as the account of your own kubeconfig: the cluster sees that one, not "
                + EmbeddedDefault.USER);
    }

    private static String kubeconfigs() {
        return Optional.ofNullable(System.getenv("KUBECONFIG"))
                .filter(text -> !text.isBlank())
                .orElse(Path.of(System.getProperty("user.home"), ".kube", "config")
                        .toString());
    }

    /**
     * The user's own current context, where it is served; else the first cluster.
     *
     * @param kubeconfigs files as {@code $KUBECONFIG} lists them
     */
    static String current(String kubeconfigs, List<String> clusters) {
        for (String file : kubeconfigs.split(File.pathSeparator)) {
            try {
                Object root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of(file)));
                if (root instanceof Map<?, ?> map && map.get("current-context") instanceof String context) {
                    // A target has its context's letters and digits, whatever the plugin makes of the rest.
                    Optional<String> cluster = clusters.stream()
                            .filter(name -> letters(name).equals(letters(context)))
                            .findFirst();
                    if (cluster.isPresent()) {
                        return cluster.get();
                    }
                }
            } catch (IOException | YamlEngineException | InvalidPathException e) {
                // the plugin that reads these files says what is wrong with them
            }
        }
        return clusters.get(0);
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
