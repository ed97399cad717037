package io.gatehouse.plugin.ldap;

import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Every problem of the settings, so that all are told at once. */
final class Problems {

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    boolean isEmpty() {
        return problems.isEmpty();
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    void add(Settings settings, Setting<?> setting, String message) {
        problems.add(new ConfigurationProblem(settings.place(setting), message));
    }

    void within(Settings settings, Setting<Integer> setting, int least, int most) {
        int value = settings.get(setting);
        if (value < least || value > most) {
            add(settings, setting, setting + ": expected " + least + " to " + most);
        }
    }

    void within(Settings settings, Setting<Duration> setting, Duration least, Duration most) {
        Duration value = settings.get(setting);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            add(settings, setting, setting + ": expected " + words(least) + " to " + words(most));
        }
    }

    private static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** What becomes of a text; a problem when it throws. */
    <T> Optional<T> parsed(Settings settings, Setting<?> setting, String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            add(settings, setting, setting + " \"" + text + "\": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** What comes of it; its own problems are added. */
    <T> Optional<T> tried(Supplier<T> supplier) {
        try {
            return Optional.of(supplier.get());
        } catch (ConfigurationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }
}
