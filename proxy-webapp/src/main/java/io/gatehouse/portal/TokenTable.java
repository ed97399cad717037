package io.gatehouse.portal;

import io.gatehouse.token.ApiToken;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Tokens, each with the button that revokes it. */
final class TokenTable {

    private TokenTable() {}

    /** @param user whose they are, where that is not the one who looks at them */
    static void write(Html html, String action, List<ApiToken> tokens, Optional<String> user) {
        if (tokens.isEmpty()) {
            html.element("p", "There are no tokens.");
            return;
        }
        html.add("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Id</th>"
                + "<th scope=\"col\">Good for</th><th scope=\"col\">Until</th>"
                + "<th scope=\"col\">Action</th></tr></thead>\n<tbody>\n");
        for (ApiToken token : tokens) {
            html.add("<tr><th scope=\"row\">")
                    .text(token.name())
                    .add("</th><td>")
                    .element("code", token.id());
            html.add("</td><td>").text(narrowed(token)).add("</td><td>").text(Layout.time(token.expires()));
            html.add("</td><td><form method=\"post\" action=\"")
                    .text(action)
                    .add("\">")
                    .hidden("id", token.id());
            user.ifPresent(name -> html.hidden("user", name));
            html.add("<button class=\"danger\">Revoke</button></form></td></tr>\n");
        }
        html.add("</tbody></table>\n");
    }

    private static String narrowed(ApiToken token) {
        String targets = token.targets().isEmpty() ? "all targets" : String.join(", ", new TreeSet<>(token.targets()));
        return token.verbs().isEmpty() ? targets : targets + ": " + String.join(", ", new TreeSet<>(token.verbs()));
    }
}
