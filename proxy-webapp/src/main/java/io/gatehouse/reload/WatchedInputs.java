package io.gatehouse.reload;

import io.gatehouse.config.WatchedFiles;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a state is made of, as it was when it was last read: the configuration's files, the plugins' jars, and what the
 * sources of targets in force say. For one thread at a time.
 */
final class WatchedInputs {

    private final PluginRepository plugins;
    private WatchedFiles files = new WatchedFiles();
    private Set<String> pluginFiles = Set.of();
    private Map<String, List<TargetDefinition>> sourced = Map.of();

    WatchedInputs(PluginRepository plugins) {
        this.plugins = plugins;
    }

    /** Before a reading: what changes while it goes on is a change behind it. */
    void beforeReading(Optional<State> inForce) {
        pluginFiles = plugins.files();
        sourced = sourced(inForce);
    }

    void afterReading(WatchedFiles read) {
        files = read;
    }

    /** A state has come into force: its sources count from now on. */
    void use(State state) {
        sourced = state.sourced();
    }

    /** Whether anything differs from when it was last read. */
    boolean haveChanged(Optional<State> inForce) {
        return files.changed()
                || !plugins.files().equals(pluginFiles)
                || !sourced(inForce).equals(sourced);
    }

    /** What the sources in force say now; one that fails says what it said before. */
    private Map<String, List<TargetDefinition>> sourced(Optional<State> inForce) {
        Map<String, List<TargetDefinition>> now = new HashMap<>(sourced);
        inForce.ifPresent(state -> state.sourced().keySet().forEach(name -> {
            Product<?> source = state.products().get(FactoryKind.TARGET_SOURCE + "/" + name);
            List<TargetDefinition> before = sourced.getOrDefault(name, List.of());
            now.put(
                    name,
                    source.call()
                            .call(() -> List.copyOf(((TargetSource) source.instance()).targets()), failed -> before));
        }));
        return now;
    }
}
