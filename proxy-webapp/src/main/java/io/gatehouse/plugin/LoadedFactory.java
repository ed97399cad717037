package io.gatehouse.plugin;

import io.gatehouse.spi.PluginFactory;
import io.gatehouse.spi.Setting;
import java.util.List;

/**
 * A factory with the loader that its calls need.
 *
 * @param kind what it makes
 * @param name as {@code plugin:} takes it
 * @param settings what it reads, asked for once
 * @param factory itself
 * @param loader the plugin's class loader
 * @param origin where it came from, for messages
 */
public record LoadedFactory(
        FactoryKind kind,
        String name,
        List<Setting<?>> settings,
        PluginFactory<?> factory,
        ClassLoader loader,
        String origin) {}
