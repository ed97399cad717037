package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.plugin.PluginFolder;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ClusterUnavailableException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a configuration as a start would, without starting; what the products write goes to a folder that is removed. */
public final class ConfigurationCheck {

    private static final Duration CONNECTION = Duration.ofSeconds(60);

    private ConfigurationCheck() {}

    /**
     * What was found.
     *
     * @param warnings what is allowed but should be known
     * @param config nothing when there is a fatal problem
     * @param connections what is wrong with what each product depends on, such as {@code authenticator staff}; empty when it was
     *     not tried
     */
    public record Result(
            List<ConfigurationProblem> problems,
            int targets,
            List<String> warnings,
            Optional<GatehouseConfig> config,
            Map<String, Optional<String>> connections) {}

    /** @param connect whether products try what they depend on, when there is no problem */
    public static Result of(
            Path home,
            List<PluginFolder> builtIn,
            Map<String, String> builtInByFactory,
            Function<String, String> environment,
            boolean connect)
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
            Map<String, Optional<String>> connections = new TreeMap<>();
            outcome.state().ifPresent(state -> {
                if (connect && outcome.problems().isEmpty()) {
                    state.products()
                            .values()
                            .forEach(product -> described(product)
                                    .ifPresent(name -> connections.put(name, tryConnection(product))));
                }
                warnings.addAll(Warnings.of(state));
                StateBuilder.closeNew(state, Optional.empty());
            });
            return new Result(
                    outcome.problems(),
                    outcome.state().map(state -> state.targets().size()).orElse(0),
                    warnings,
                    outcome.state().map(State::config),
                    connections);
        } finally {
            delete(scratch);
        }
    }

    /** What a line about a product begins with; nothing for one that has nothing to try. */
    private static Optional<String> described(Product<?> product) {
        AutoCloseable instance = product.instance();
        String kind = instance instanceof Authenticator
                ? "authenticator "
                : instance instanceof AuditSink ? "audit sink " : instance instanceof StateStore ? "store " : "";
        return kind.isEmpty() ? Optional.empty() : Optional.of(kind + product.name());
    }

    /** Of any product, whether it says that it may block or not: this is what it is for. */
    private static Optional<String> tryConnection(Product<?> product) {
        try (PluginCall call =
                PluginCall.bounded(product.name(), product.factory().loader(), CONNECTION)) {
            return call.call(
                    () -> {
                        if (product.instance() instanceof Authenticator authenticator) {
                            return authenticator.tryConnection();
                        }
                        return product.instance() instanceof AuditSink sink
                                ? sink.tryConnection()
                                : ((StateStore) product.instance()).tryConnection();
                    },
                    Optional::of);
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
