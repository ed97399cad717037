package io.gatehouse.cli;

import io.gatehouse.reload.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Writes the kubeconfig that makes kubectl come through Gatehouse as the demo user. */
final class KubeconfigFile {

    private KubeconfigFile() {}

    /**
     * @param server the address in front of the targets' prefixes, without a slash at its end
     * @param targets the clusters; each is served under {@code /clusters/<name>/}
     * @param current the one that kubectl uses unasked; or empty
     */
    static void write(Path file, String server, List<String> targets, String current, EmbeddedDefault.Prepared prepared)
            throws IOException {
        StringBuilder yaml = new StringBuilder("apiVersion: v1\nkind: Config\nclusters:\n");
        for (String target : targets) {
            yaml.append("- name: ").append(target).append('\n');
            yaml.append("  cluster:\n    server: ")
                    .append(server)
                    .append("/clusters/")
                    .append(target)
                    .append('\n');
            yaml.append("    certificate-authority-data: ")
                    .append(base64(prepared.authority()))
                    .append('\n');
        }
        yaml.append("users:\n- name: ").append(EmbeddedDefault.USER).append("\n  user:\n");
        yaml.append("    client-certificate-data: ")
                .append(base64(prepared.clientCertificate()))
                .append('\n');
        yaml.append("    client-key-data: ")
                .append(base64(prepared.clientKey()))
                .append('\n');
        yaml.append("contexts:\n");
        for (String target : targets) {
            yaml.append("- name: ")
                    .append(target)
                    .append("\n  context:\n    cluster: ")
                    .append(target);
            yaml.append("\n    user: ").append(EmbeddedDefault.USER).append('\n');
        }
        yaml.append("current-context: \"").append(current).append("\"\n");
        OwnerOnly.write(file, yaml.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
