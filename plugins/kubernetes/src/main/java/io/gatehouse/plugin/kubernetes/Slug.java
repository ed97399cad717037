package io.gatehouse.plugin.kubernetes;

import java.util.Locale;

/** The name of a target made from that of a context. */
final class Slug {

    private Slug() {}

    /** Lower case, with a dash for every run of other characters than letters, digits and dots; may be empty. */
    static String of(String context) {
        return context.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-").replaceAll("^[.-]+|[.-]+$", "");
    }

    /** Whether a text is one already. */
    static boolean isSlug(String text) {
        return !text.isEmpty() && text.equals(of(text));
    }
}
