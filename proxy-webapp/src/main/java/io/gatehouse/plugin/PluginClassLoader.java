package io.gatehouse.plugin;

import java.net.URL;
import java.net.URLClassLoader;

/**
 * The class loader of one plugin: its own jars and the JDK, and of the host only what a plugin compiles against. Two
 * plugins may carry different versions of one library, and none can reach into the host or its neighbour.
 */
final class PluginClassLoader extends URLClassLoader {

    private final ClassLoader host;

    PluginClassLoader(String name, URL[] jars, ClassLoader host) {
        super("plugin " + name, jars, ClassLoader.getPlatformClassLoader());
        this.host = host;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("io.gatehouse.spi.") || name.startsWith("org.slf4j.")) {
            return host.loadClass(name);
        }
        return super.loadClass(name, resolve);
    }
}
