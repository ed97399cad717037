package io.gatehouse.plugin.acl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Finds all prefixes of a text among many: the longest by a binary search, and from there each shorter one, so that
 * prefixes of other texts cost nothing.
 */
final class PrefixTable<T> {

    private static final int NONE = -1;

    private final String[] prefixes;
    private final int[] shorter;
    private final List<T> values;

    PrefixTable(TreeMap<String, T> entries) {
        prefixes = entries.keySet().toArray(String[]::new);
        values = new ArrayList<>(entries.values());
        shorter = new int[prefixes.length];
        for (int i = 0; i < prefixes.length; i++) {
            shorter[i] = prefixOf(prefixes[i], i - 1);
        }
    }

    /** The place of the longest prefix of a text; negative when there is none. */
    int longest(String text) {
        if (prefixes.length == 0) {
            return NONE;
        }
        int found = Arrays.binarySearch(prefixes, text);
        return prefixOf(text, found >= 0 ? found : -found - 2);
    }

    /** Between a prefix of a text and the text, in order, there is nothing but what begins with that prefix. */
    private int prefixOf(String text, int from) {
        int place = from;
        while (place >= 0 && !text.startsWith(prefixes[place])) {
            place = shorter[place];
        }
        return place;
    }

    /** The place of the next shorter prefix; negative when there is none. */
    int shorter(int place) {
        return shorter[place];
    }

    T value(int place) {
        return values.get(place);
    }
}
