package io.gatehouse.bench;

import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.Map;
import java.util.Optional;

/** Settings as an administrator would have written them; for the others their defaults. */
record Written(Map<Setting<?>, Object> values) implements Settings {

    @Override
    public <T> Optional<T> find(Setting<T> setting) {
        return values.containsKey(setting)
                ? Optional.of(setting.cast(values.get(setting)))
                : setting.defaultValue();
    }

    @Override
    public String place(Setting<?> setting) {
        return setting.name();
    }
}
