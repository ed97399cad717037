package io.gatehouse.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One setting of a factory, declared as a constant: its name, type, default, whether it is a secret, and one line that
 * describes it. Immutable; the {@code with…} like methods return a changed copy.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {

    /** How a value is written in {@code gatehouse.yaml}. */
    public enum Kind {
        /** Plain text. */
        TEXT,
        /** A list of plain texts; a single text counts as a list of one. */
        TEXTS,
        /** Text that no message, log or dump may show. */
        SECRET,
        /** A whole number. */
        INTEGER,
        /** {@code true} or {@code false}. */
        FLAG,
        /** A time span such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h} or {@code 7d}. */
        DURATION,
        /** A number of bytes such as {@code 4096}, {@code 64KiB} or {@code 16MiB}. */
        SIZE,
        /** A file that is read, and watched: a change of its content makes the product anew. */
        FILE,
        /** A list of such files. */
        FILES,
        /** A place in the file system that the product itself writes to. */
        PATH
    }

    private final String name;
    private final Kind kind;
    private final Class<?> type;
    private final String description;
    private final boolean required;
    private final Optional<T> defaultValue;
    private final List<String> allowed;

    private Setting(
            String name,
            Kind kind,
            Class<?> type,
            String description,
            boolean required,
            Optional<T> defaultValue,
            List<String> allowed) {
        this.name = Objects.requireNonNull(name, "name");
        this.kind = kind;
        this.type = type;
        this.description = Objects.requireNonNull(description, "description");
        this.required = required;
        this.defaultValue = defaultValue;
        this.allowed = List.copyOf(allowed);
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "a setting's name is lower-case words with dashes, not \"" + name + "\"");
        }
    }

    private static <T> Setting<T> of(String name, Kind kind, Class<?> type, String description) {
        return new Setting<>(name, kind, type, description, false, Optional.empty(), List.of());
    }

    /** Plain text. */
    public static Setting<String> text(String name, String description) {
        return of(name, Kind.TEXT, String.class, description);
    }

    /** A list of plain texts. */
    public static Setting<List<String>> texts(String name, String description) {
        return of(name, Kind.TEXTS, List.class, description);
    }

    /** A secret; best written as {@code ${file:…}} or {@code ${env:…}}. */
    public static Setting<Secret> secret(String name, String description) {
        return of(name, Kind.SECRET, Secret.class, description);
    }

    /** A whole number. */
    public static Setting<Integer> integer(String name, String description) {
        return of(name, Kind.INTEGER, Integer.class, description);
    }

    /** {@code true} or {@code false}. */
    public static Setting<Boolean> flag(String name, String description) {
        return of(name, Kind.FLAG, Boolean.class, description);
    }

    /** A time span. */
    public static Setting<Duration> duration(String name, String description) {
        return of(name, Kind.DURATION, Duration.class, description);
    }

    /** A number of bytes. */
    public static Setting<Long> size(String name, String description) {
        return of(name, Kind.SIZE, Long.class, description);
    }

    /** A file that is read and watched; a relative name counts from the home. */
    public static Setting<ConfigFile> file(String name, String description) {
        return of(name, Kind.FILE, ConfigFile.class, description);
    }

    /** Files that are read and watched. */
    public static Setting<List<ConfigFile>> files(String name, String description) {
        return of(name, Kind.FILES, List.class, description);
    }

    /** A place that the product writes to; a relative name counts from {@link PluginContext#dataDirectory}. */
    public static Setting<Path> path(String name, String description) {
        return of(name, Kind.PATH, Path.class, description);
    }

    /** A copy that must be written. */
    public Setting<T> required() {
        return new Setting<>(name, kind, type, description, true, Optional.empty(), allowed);
    }

    /** A copy with a default. */
    public Setting<T> orElse(T value) {
        return new Setting<>(name, kind, type, description, false, Optional.of(value), allowed);
    }

    /** A copy that takes only these texts. */
    public Setting<T> oneOf(String... values) {
        return new Setting<>(name, kind, type, description, required, defaultValue, List.of(values));
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    /** One line for the documentation, without a full stop. */
    public String description() {
        return description;
    }

    public boolean isRequired() {
        return required;
    }

    public Optional<T> defaultValue() {
        return defaultValue;
    }

    /** The only texts that are taken; empty for any. */
    public List<String> allowed() {
        return allowed;
    }

    /**
     * The value as this setting's type, for implementations of {@link Settings}.
     *
     * @throws ClassCastException when the value is of another type
     */
    @SuppressWarnings("unchecked") // the class object stands for T; lists are made by the host from their elements
    public T cast(Object value) {
        return (T) type.cast(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
