package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.plugin.PluginFolder;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a configuration as a start would, without starting; what the products write goes to a folder that is removed. */
public final class ConfigurationCheck {

    private ConfigurationCheck() {}

    /**
     * What was found.
     *
     * @param warnings what is allowed but should be known
     * @param config nothing when there is a fatal problem
     */
    public record Result(
            List<ConfigurationProblem> problems,
            int targets,
            List<String> warnings,
            Optional<GatehouseConfig> config) {}

    public static Result of(
            Path home,
            List<PluginFolder> builtIn,
            Map<String, String> builtInByFactory,
            Function<String, String> environment)
            throws IOException {
        Path scratch = Files.createTempDirectory("gatehouse-check");
        try (PluginRepository plugins = new PluginRepository(
                home.resolve("plugins"),
                builtIn,
                builtInByFactory,
                scratch.resolve("plugin-cache"),
                ConfigurationCheck.class.getClassLoader())) {
            StateBuilder builder = new StateBuilder(
                    home, scratch, environment, plugins, Clock.systemUTC(), ConfigurationCheck::unavailable, true);
            StateBuilder.Outcome outcome = builder.build(Optional.empty());
            List<String> warnings = new ArrayList<>();
            outcome.state().ifPresent(state -> {
                state.rules().routesByTarget().values().forEach(route -> warnings.addAll(Warnings.of(route)));
                StateBuilder.closeNew(state, Optional.empty());
            });
            warnings.sort(null);
            return new Result(
                    outcome.problems(),
                    outcome.state().map(state -> state.targets().size()).orElse(0),
                    warnings,
                    outcome.state().map(State::config));
        } finally {
            delete(scratch);
        }
    }

    private static ClusterCalls.Answer unavailable(String target, String path, String json)
            throws ClusterUnavailableException {
        throw new ClusterUnavailableException("the configuration is only checked");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
