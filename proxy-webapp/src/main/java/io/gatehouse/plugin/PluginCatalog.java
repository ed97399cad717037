package io.gatehouse.plugin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The factories that a configuration can name, and the plugins that could not be loaded. */
public final class PluginCatalog {

    private record Key(FactoryKind kind, String name) {}

    private final Map<Key, LoadedFactory> factories;
    private final Set<LoadedPlugin> plugins;
    private final List<String> failures;
    private final Set<String> builtInNames;

    private PluginCatalog(
            Map<Key, LoadedFactory> factories,
            Set<LoadedPlugin> plugins,
            List<String> failures,
            Set<String> builtInNames) {
        this.factories = Map.copyOf(factories);
        this.plugins = Set.copyOf(plugins);
        this.failures = List.copyOf(failures);
        this.builtInNames = builtInNames;
    }

    /**
     * A factory by kind and name.
     *
     * @throws PluginLoadException when there is none; the message says which there are, and which jar failed
     */
    public LoadedFactory factory(FactoryKind kind, String name) {
        LoadedFactory factory = factories.get(new Key(kind, name));
        if (factory != null) {
            return factory;
        }
        Collection<String> known = factories.keySet().stream()
                .filter(key -> key.kind() == kind)
                .map(Key::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> near = new TreeSet<>(known);
        near.addAll(builtInNames);
        near.remove(name);
        throw new PluginLoadException(
                "no " + kind.words() + " plugin \"" + name + "\"." + NearestName.hint(name, near));
    }

    /** One line for each plugin that could not be loaded or has a taken name. */
    public List<String> failures() {
        return failures;
    }

    boolean uses(LoadedPlugin plugin) {
        return plugins.contains(plugin);
    }

    static final class Builder {

        private final Map<Key, LoadedFactory> factories = new HashMap<>();
        private final Set<LoadedPlugin> plugins = new HashSet<>();
        private final List<String> failures = new ArrayList<>();
        private final Set<String> builtInNames;

        Builder(Set<String> builtInNames) {
            this.builtInNames = builtInNames;
        }

        /** Adds a plugin whole or, when one of its names is taken, not at all. */
        void add(LoadedPlugin plugin) {
            Set<Key> own = new HashSet<>();
            for (LoadedFactory factory : plugin.factories()) {
                Key key = new Key(factory.kind(), factory.name());
                LoadedFactory taken = own.add(key) ? factories.get(key) : factory;
                boolean builtIn = taken == null && builtInNames.contains(factory.name()) && !isBuiltIn(plugin);
                if (taken != null || builtIn) {
                    failures.add(plugin.origin() + ": the name \"" + factory.name() + "\" of its "
                            + factory.kind().words() + " is taken by "
                            + (taken == null ? "a built-in plugin" : taken.origin()));
                    return;
                }
            }
            plugin.factories().forEach(factory -> factories.put(new Key(factory.kind(), factory.name()), factory));
            plugins.add(plugin);
        }

        private boolean isBuiltIn(LoadedPlugin plugin) {
            return plugin.origin().startsWith(BUILT_IN_ORIGIN);
        }

        void failed(String message) {
            failures.add(message);
        }

        PluginCatalog build() {
            return new PluginCatalog(factories, plugins, failures, builtInNames);
        }
    }

    /** How the origin of a plugin that the WAR carries begins. */
    public static final String BUILT_IN_ORIGIN = "built-in ";
}
