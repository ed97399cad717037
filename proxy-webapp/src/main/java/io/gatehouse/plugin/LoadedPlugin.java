package io.gatehouse.plugin;

import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.PluginFactory;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A plugin whose jars are open and whose factories are known. */
final class LoadedPlugin implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedPlugin.class);

    private final String origin;
    private final PluginClassLoader loader;
    private final List<LoadedFactory> factories;

    private LoadedPlugin(String origin, PluginClassLoader loader, List<LoadedFactory> factories) {
        this.origin = origin;
        this.loader = loader;
        this.factories = List.copyOf(factories);
    }

    /**
     * Opens the jars and lists the factories.
     *
     * @throws PluginLoadException when there is no usable plugin in them; the message names the origin and the cause
     */
    static LoadedPlugin load(String name, String origin, List<Path> jars, ClassLoader host) {
        URL[] urls = jars.stream().map(LoadedPlugin::url).toArray(URL[]::new);
        PluginClassLoader loader = new PluginClassLoader(name, urls, host);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            List<LoadedFactory> factories = new ArrayList<>();
            for (GatehousePlugin plugin : ServiceLoader.load(GatehousePlugin.class, loader)) {
                for (FactoryKind kind : FactoryKind.values()) {
                    for (PluginFactory<?> factory : kind.of(plugin)) {
                        factories.add(loaded(kind, factory, loader, origin));
                    }
                }
            }
            if (factories.isEmpty()) {
                throw new PluginLoadException(origin
                        + ": no plugin in it: expected META-INF/services/io.gatehouse.spi.GatehousePlugin to name one");
            }
            return new LoadedPlugin(origin, loader, factories);
        } catch (RuntimeException | Error e) {
            close(loader, origin);
            throw e instanceof PluginLoadException known ? known : new PluginLoadException(origin + ": " + why(e), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static LoadedFactory loaded(FactoryKind kind, PluginFactory<?> factory, ClassLoader loader, String origin) {
        String name = factory.name();
        if (name == null || !name.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
            throw new PluginLoadException(origin + ": the name \"" + name + "\" of its " + kind.words()
                    + " is not one of lower-case letters, digits, dots and dashes");
        }
        return new LoadedFactory(kind, name, List.copyOf(factory.settings()), factory, loader, origin);
    }

    /** The innermost cause, in one line. */
    private static String why(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String what = cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException
                ? "a class is missing: " + String.valueOf(cause.getMessage()).replace('/', '.')
                : cause instanceof ServiceConfigurationError
                        ? String.valueOf(cause.getMessage())
                        : cause.getClass().getName() + ": " + cause.getMessage();
        return "the plugin can not be loaded: " + what.lines().findFirst().orElse("");
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a path has a URL", e);
        }
    }

    String origin() {
        return origin;
    }

    List<LoadedFactory> factories() {
        return factories;
    }

    @Override
    public void close() {
        close(loader, origin);
    }

    private static void close(PluginClassLoader loader, String origin) {
        try {
            loader.close();
        } catch (IOException e) {
            LOG.warn("The jars of plugin {} could not be closed", origin, e);
        }
    }
}
