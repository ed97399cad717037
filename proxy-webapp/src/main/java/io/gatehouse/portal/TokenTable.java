package io.gatehouse.portal;

import io.gatehouse.token.ApiToken;
import io.gatehouse.token.ApiTokens;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Tokens, each with the button that revokes it. */
final class TokenTable {

    private TokenTable() {}

    /** @param user whose they are, where that is not the one who looks at them */
    static void write(Html html, String action, List<ApiTokens.Standing> tokens, Optional<String> user) {
        if (tokens.isEmpty()) {
            html.element("p", "There are no tokens.");
            return;
        }
        html.add("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Id</th>"
                + "<th scope=\"col\">Good for</th><th scope=\"col\">Until</th><th scope=\"col\">Without a login until</th>"
                + "<th scope=\"col\">Action</th></tr></thead>\n<tbody>\n");
        for (ApiTokens.Standing standing : tokens) {
            ApiToken token = standing.token();
            html.add("<tr><th scope=\"row\">")
                    .text(token.name())
                    .add("</th><td>")
                    .element("code", token.id());
            html.add("</td><td>").text(narrowed(token)).add("</td><td>").text(Layout.time(token.expires()));
            html.add("</td><td>").text(counts(standing, user.isPresent()));
            html.add("</td><td><form method=\"post\" action=\"")
                    .text(action)
                    .add("\">")
                    .hidden("id", token.id());
            user.ifPresent(name -> html.hidden("user", name));
            html.add("<button class=\"danger\">Revoke</button></form></td></tr>\n");
        }
        html.add("</tbody></table>\n");
    }

    /** @param why whether the reason may be read: a directory's is not for the one whom it refuses */
    private static String counts(ApiTokens.Standing standing, boolean why) {
        return standing.refused()
                .map(reason -> why ? "does not count now: " + reason : "does not count now")
                .orElse(Layout.time(standing.until()));
    }

    private static String narrowed(ApiToken token) {
        String targets = token.targets().isEmpty() ? "all targets" : String.join(", ", new TreeSet<>(token.targets()));
        return token.verbs().isEmpty() ? targets : targets + ": " + String.join(", ", new TreeSet<>(token.verbs()));
    }
}
