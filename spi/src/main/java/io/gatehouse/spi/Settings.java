package io.gatehouse.spi;

import java.util.Optional;

/** The values of a factory's settings, already of the right type. */
public interface Settings {

    /**
     * The value that was written, or the default.
     *
     * @throws IllegalArgumentException when the setting has neither (ask with {@link #find}), or is not one of the
     *     factory's: a bug of the plugin
     */
    default <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(
                        () -> new IllegalArgumentException("setting " + setting + " has neither value nor default"));
    }

    /** The value that was written, or the default, or nothing. */
    <T> Optional<T> find(Setting<T> setting);

    /** Where the setting is written, such as {@code gatehouse.yaml:12:5}, for messages. */
    String place(Setting<?> setting);

    /** A failure that names the setting's place. */
    default ConfigurationException problem(Setting<?> setting, String message) {
        return new ConfigurationException(new ConfigurationProblem(place(setting), message));
    }
}
