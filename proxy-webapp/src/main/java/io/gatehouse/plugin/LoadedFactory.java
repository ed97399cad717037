package io.gatehouse.plugin;

import io.gatehouse.spi.PluginFactory;

/**
 * A factory with the loader that its calls need.
 *
 * @param kind what it makes
 * @param name as {@code plugin:} takes it
 * @param factory itself; only {@link PluginCall} and this package call it
 * @param loader the plugin's class loader
 * @param origin where it came from, for messages
 */
public record LoadedFactory(
        FactoryKind kind, String name, PluginFactory<?> factory, ClassLoader loader, String origin) {}
