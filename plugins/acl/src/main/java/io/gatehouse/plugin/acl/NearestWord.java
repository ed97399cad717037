package io.gatehouse.plugin.acl;

import java.util.Collection;

/** Guesses what a mistyped word was meant to be. */
final class NearestWord {

    private NearestWord() {}

    /** The known word with the fewest edits between, when these are few; else empty. */
    static String of(String word, Collection<String> known) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(word, candidate);
            if (distance < bestDistance && distance <= Math.max(2, candidate.length() / 3)) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** A question for a message, with a blank in front; empty when nothing is near. */
    static String hint(String word, Collection<String> known) {
        String near = of(word, known);
        return near.isEmpty() ? "" : " Did you mean \"" + near + "\"?";
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
