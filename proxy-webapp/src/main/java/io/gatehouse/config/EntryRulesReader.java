package io.gatehouse.config;

import io.gatehouse.request.PathPattern;
import io.gatehouse.target.EntryRules;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads the keys of a target that say what it takes at all. */
final class EntryRulesReader {

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", EntryRules.UPGRADE);

    private EntryRulesReader() {}

    static EntryRules read(Section section) {
        return new EntryRules(
                set(section, "accept-hosts", EntryRulesReader::host),
                set(section, "reject-hosts", EntryRulesReader::host),
                set(section, "accept-methods", EntryRulesReader::method),
                set(section, "reject-methods", EntryRulesReader::method),
                list(section, "allow-paths", PathPattern::parse),
                list(section, "reject-paths", PathPattern::parse),
                list(section, "ignore-paths", PathPattern::parse));
    }

    private static Set<String> set(Section section, String key, Function<String, String> reader) {
        return Set.copyOf(new LinkedHashSet<>(list(section, key, reader)));
    }

    /** A list that is there and empty would open what it looks as if it closed. */
    private static <T> List<T> list(Section section, String key, Function<String, T> reader) {
        List<T> values = new ArrayList<>();
        List<String> texts = section.texts(key);
        if (section.has(key) && texts.isEmpty()) {
            section.problem(key, "\"" + key + "\" is empty: expected a value, or not the key");
        }
        for (String text : texts) {
            try {
                values.add(reader.apply(text));
            } catch (IllegalArgumentException e) {
                section.problem(key, "\"" + key + "\": \"" + text + "\": " + e.getMessage());
            }
        }
        return List.copyOf(values);
    }

    private static String host(String text) {
        if (!text.matches("(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+]")) {
            throw new IllegalArgumentException("expected a lower-case host name or address without a port");
        }
        return text;
    }

    private static String method(String text) {
        if (!METHODS.contains(text)) {
            throw new IllegalArgumentException("expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, UPGRADE");
        }
        return text;
    }
}
