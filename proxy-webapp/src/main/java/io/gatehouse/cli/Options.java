package io.gatehouse.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of a command: with a value, or without one where they are flags. */
final class Options {

    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();

    private Options() {}

    /** @throws UsageException when there is one that is not known, or one without its value */
    static Options parse(List<String> words, String... known) {
        return parse(words, Set.of(), known);
    }

    /**
     * @param flags those without a value
     * @throws UsageException when there is one that is not known, or one without its value
     */
    static Options parse(List<String> words, Set<String> flags, String... known) {
        Options options = new Options();
        for (Iterator<String> left = words.iterator(); left.hasNext(); ) {
            String word = left.next();
            if (flags.contains(word)) {
                options.flags.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!List.of(known).contains(name)) {
                throw new UsageException("unknown option \"" + name + "\"");
            }
            if (equals < 0 && !left.hasNext()) {
                throw new UsageException("option " + name + " needs a value");
            }
            String value = equals < 0 ? left.next() : word.substring(equals + 1);
            if (value.isEmpty()) {
                throw new UsageException("option " + name + " needs a value");
            }
            options.values.put(name, value);
        }
        return options;
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
