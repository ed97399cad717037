package io.gatehouse.config;

import io.gatehouse.plugin.NearestName;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of one product, bound to what its factory declares. Two are equal when a product made from one would be
 * the same as a product made from the other: that is how a reload knows what it may keep.
 */
public final class ProductSettings implements Settings {

    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final List<Setting<?>> declared;

    private ProductSettings(List<Setting<?>> declared) {
        this.declared = List.copyOf(declared);
    }

    /**
     * Binds a section. What is wrong, unknown keys too, goes to the problems.
     *
     * @param reserved keys that belong to the host
     * @param own the product's own folder, where a relative {@link Setting.Kind#PATH} counts from
     */
    public static ProductSettings bind(
            Section written,
            List<Setting<?>> declared,
            Set<String> reserved,
            Path home,
            Path own,
            WatchedFiles files,
            Problems problems) {
        Section section = written.reportingTo(problems);
        ProductSettings settings = new ProductSettings(declared);
        reserved.forEach(section::has);
        for (Setting<?> setting : declared) {
            settings.places.put(setting.name(), section.placeOf(setting.name()));
            if (section.has(setting.name())) {
                settings.read(section, setting, home, own, files);
            } else if (setting.isRequired()) {
                section.problem(setting.name(), "\"" + setting.name() + "\" is missing: " + setting.description());
            }
        }
        section.finish();
        return settings;
    }

    private void read(Section section, Setting<?> setting, Path home, Path own, WatchedFiles files) {
        String name = setting.name();
        Optional<?> value = switch (setting.kind()) {
            case TEXT -> section.value(name, text -> checked(setting, text));
            case TEXTS -> Optional.of(section.texts(name));
            case SECRET -> section.value(name, Secret::of);
            case INTEGER -> section.value(name, ProductSettings::wholeNumber);
            case FLAG -> section.value(name, Section::parseFlag);
            case DURATION -> section.value(name, Quantity::duration);
            case SIZE -> section.value(name, Quantity::size);
            case FILE -> section.value(name, text -> file(home.resolve(text), files));
            case FILES -> Optional.of(files(section, name, home, files));
            case PATH -> section.value(name, text -> own.resolve(text).normalize());
        };
        value.ifPresent(present -> values.put(name, present));
    }

    private static String checked(Setting<?> setting, String text) {
        if (!setting.allowed().isEmpty() && !setting.allowed().contains(text)) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", setting.allowed()) + "."
                    + NearestName.hint(text, setting.allowed()));
        }
        return text;
    }

    private static Integer wholeNumber(String text) {
        if (!text.matches("-?[0-9]{1,9}")) {
            throw new IllegalArgumentException("expected a whole number");
        }
        return Integer.valueOf(text);
    }

    private static ConfigFile file(Path path, WatchedFiles files) {
        try {
            return files.read(path);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.problems().get(0).toString(), e);
        }
    }

    private static List<ConfigFile> files(Section section, String name, Path home, WatchedFiles files) {
        List<ConfigFile> read = new ArrayList<>();
        for (String text : section.texts(name)) {
            try {
                read.add(file(home.resolve(text), files));
            } catch (IllegalArgumentException e) {
                section.problem(name, "\"" + name + "\": " + e.getMessage());
            }
        }
        return List.copyOf(read);
    }

    @Override
    public <T> Optional<T> find(Setting<T> setting) {
        if (!declared.contains(setting)) {
            throw new IllegalArgumentException("setting " + setting + " is not declared by the factory");
        }
        Object value = values.get(setting.name());
        return value == null ? setting.defaultValue() : Optional.of(setting.cast(value));
    }

    @Override
    public String place(Setting<?> setting) {
        return places.getOrDefault(setting.name(), setting.name());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProductSettings that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
