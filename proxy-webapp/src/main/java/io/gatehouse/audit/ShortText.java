package io.gatehouse.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps one part of an event small, whatever a client or a plugin put into it: each text has its bound, and all together
 * have one. What is asked for first is kept best. Events wait in memory, some ten thousand of them when a sink is slow.
 */
final class ShortText {

    /** Names of Kubernetes have up to 253 characters, those of people somewhat more. */
    static final int NAME = 1_024;

    static final int TEXT = 4_096;

    /** Characters of all texts together. */
    static final int ALL = 16 * 1_024;

    /** What one more text costs, beside its characters. */
    private static final int EACH = 16;

    private static final String CUT = "…";

    private int left = ALL;

    String name(String text) {
        return shortened(text, NAME);
    }

    String text(String text) {
        return shortened(text, TEXT);
    }

    /** As many as there is room for; the last one says that there were more. */
    List<String> names(List<String> names) {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            if (left == 0) {
                kept.add(CUT);
                break;
            }
            kept.add(name(name));
            left -= Math.min(EACH, left);
        }
        return kept;
    }

    private String shortened(String text, int most) {
        int room = Math.min(most, left);
        String kept = text.length() <= room ? text : text.substring(0, whole(text, room)) + CUT;
        left -= Math.min(kept.length(), left);
        return kept;
    }

    /** Where to cut so that no half of a character is left: a database would refuse it. */
    private static int whole(String text, int length) {
        return length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }
}
