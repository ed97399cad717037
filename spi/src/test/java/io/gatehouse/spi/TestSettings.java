package io.gatehouse.spi;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Settings for a plugin's tests: {@code TestSettings.of(factory).with(FILE, file)}. */
public final class TestSettings implements Settings {

    private final PluginFactory<?> factory;
    private final Map<String, Object> values = new HashMap<>();

    private TestSettings(PluginFactory<?> factory) {
        this.factory = factory;
    }

    public static TestSettings of(PluginFactory<?> factory) {
        return new TestSettings(factory);
    }

    public <T> TestSettings with(Setting<T> setting, T value) {
        requireDeclared(setting);
        values.put(setting.name(), value);
        return this;
    }

    @Override
    public <T> Optional<T> find(Setting<T> setting) {
        requireDeclared(setting);
        Object value = values.get(setting.name());
        return value == null ? setting.defaultValue() : Optional.of(setting.cast(value));
    }

    @Override
    public String place(Setting<?> setting) {
        return "gatehouse.yaml:1:1";
    }

    private void requireDeclared(Setting<?> setting) {
        if (!factory.settings().contains(setting)) {
            throw new IllegalArgumentException("the factory does not declare setting " + setting);
        }
    }
}
