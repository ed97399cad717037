package io.gatehouse.plugin.oidc;

import java.util.ArrayList;
import java.util.List;

/** The command by which kubectl gets a token from an issuer itself, {@code https://github.com/int128/kubelogin}. */
final class Kubelogin {

    private Kubelogin() {}

    /**
     * @param client a public one: there is no secret in the command
     * @param scopes with blanks between them
     */
    static List<String> command(String issuer, String client, String scopes) {
        List<String> command = new ArrayList<>(List.of(
                "kubectl", "oidc-login", "get-token", "--oidc-issuer-url=" + issuer, "--oidc-client-id=" + client));
        for (String scope : scopes.split(" ")) {
            if (!scope.equals("openid")) { // asked for anyway
                command.add("--oidc-extra-scope=" + scope);
            }
        }
        return command;
    }
}
