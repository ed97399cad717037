package io.gatehouse.reload;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.audit.Masking;
import io.gatehouse.audit.NamedSink;
import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.pipeline.LiveStreams;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.proxy.UpstreamClients;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds whether anything behind the configuration has changed, builds the next state beside the one in
 * force, and swaps. With any problem the state in force stays, whole. All of it runs on one thread.
 */
public final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** How often to look; the tests set it shorter. */
    private static final long LOOK_MILLIS = Long.getLong("gatehouse.poll-millis", 2_000);

    /** Longer than any judging of a request takes: what was replaced is in nobody's hands any more after it. */
    private static final long RETIRE_SECONDS = 30;

    private final Path home;
    private final StateBuilder builder;
    private final PluginRepository plugins;
    private final ScheduledExecutorService thread;
    private final Clock clock;
    private final Consumer<Rules> swap;
    private final LiveStreams streams;
    private final UpstreamClients clients;
    private Optional<State> inForce = Optional.empty();
    private WatchedFiles lastRead = new WatchedFiles();
    private Set<String> lastPluginFiles = Set.of();
    private Optional<AuditTrail> trail = Optional.empty();
    private volatile List<ConfigurationProblem> problems = List.of();
    private volatile Optional<Instant> failedAt = Optional.empty();
    private volatile Instant loadedAt = Instant.EPOCH;

    /**
     * @param thread where all of it runs
     * @param swap takes the new rules
     */
    public Reloader(
            Path home,
            Function<String, String> environment,
            PluginRepository plugins,
            ScheduledExecutorService thread,
            Clock clock,
            Consumer<Rules> swap,
            LiveStreams streams,
            UpstreamClients clients) {
        this.home = home;
        this.builder = new StateBuilder(home, home.resolve("data"), environment, plugins, clock);
        this.plugins = plugins;
        this.thread = thread;
        this.clock = clock;
        this.swap = swap;
        this.streams = streams;
        this.clients = clients;
    }

    /** What the first state has for whoever starts the rest. */
    public record First(Rules rules, List<NamedSink> sinks, Masking masking, int queue) {}

    /**
     * Reads the configuration for the first time.
     *
     * @return nothing when it has no reading; {@link #problems} says why
     */
    public Optional<First> first() {
        StateBuilder.Outcome outcome = build();
        inForce = outcome.state();
        outcome.state().ifPresent(state -> applyLimits(state));
        return outcome.state()
                .map(state -> new First(
                        state.rules(),
                        state.sinks(),
                        state.masking(),
                        state.config().audit().queue()));
    }

    /** Begins to look for changes. */
    public void watch(AuditTrail auditTrail) {
        trail = Optional.of(auditTrail);
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private StateBuilder.Outcome build() {
        lastPluginFiles = pluginFiles();
        StateBuilder.Outcome outcome = builder.build(inForce);
        lastRead = outcome.files();
        problems = outcome.problems();
        loadedAt = clock.instant();
        return outcome;
    }

    /** Whether anything behind the configuration differs from when it was last read. */
    public boolean hasChanged() {
        return lastRead.changed() || !pluginFiles().equals(lastPluginFiles) || sourcesChanged();
    }

    private void look() {
        try {
            if (hasChanged()) {
                reload();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("Looking for changes of the configuration failed", e);
        }
    }

    private void reload() {
        Optional<State> before = inForce;
        List<ConfigurationProblem> knownProblems = before.map(State::problems).orElse(List.of());
        StateBuilder.Outcome outcome = build();
        boolean worse = outcome.problems().stream().anyMatch(problem -> !knownProblems.contains(problem));
        if (outcome.state().isEmpty() || worse) {
            outcome.state().ifPresent(state -> StateBuilder.closeNew(state, before));
            failedAt = Optional.of(clock.instant());
            LOG.error(
                    "The changed configuration is not used, the earlier one stays in force:\n{}",
                    Problems.numbered(outcome.problems()));
            return;
        }
        State next = outcome.state().get();
        failedAt = Optional.empty();
        inForce = outcome.state();
        applyLimits(next);
        swap.accept(next.rules());
        trail.ifPresent(known -> known.use(next.masking(), next.sinks()));
        LOG.info(
                "The changed configuration is in force: {} targets",
                next.targets().size());
        streams.judgeAgain(next.rules());
        before.ifPresent(old -> thread.schedule(() -> retire(old), RETIRE_SECONDS, TimeUnit.SECONDS));
    }

    private void applyLimits(State state) {
        streams.maxAge(state.config().streams().maxAge());
        clients.idle(state.config().streams().idle());
    }

    /** Closes what a replaced state had and the one in force has not. Sinks are closed by the audit thread. */
    private void retire(State old) {
        State now = inForce.orElse(old);
        Set<Object> kept = new HashSet<>();
        now.products().values().forEach(product -> kept.add(product.instance()));
        old.sinks().forEach(sink -> kept.add(sink.sink()));
        old.products().values().stream()
                .filter(product -> !kept.contains(product.instance()))
                .forEach(ProductMaker::close);
        clients.retainOnly(now.targets().values());
        plugins.retainOnly(List.of(now.catalog()));
    }

    private boolean sourcesChanged() {
        if (inForce.isEmpty()) {
            return false;
        }
        for (Map.Entry<String, List<TargetDefinition>> known :
                inForce.get().sourced().entrySet()) {
            Product<?> source = inForce.get().products().get(FactoryKind.TARGET_SOURCE + "/" + known.getKey());
            List<TargetDefinition> now = source == null
                    ? known.getValue()
                    : source.call()
                            .call(() -> ((TargetSource) source.instance()).targets(), failed -> known.getValue());
            if (!now.equals(known.getValue())) {
                return true;
            }
        }
        return false;
    }

    /** Names, sizes and times of the jars in the plugin folder: cheap enough for every look. */
    private Set<String> pluginFiles() {
        Path folder = home.resolve("plugins");
        Set<String> seen = new HashSet<>();
        if (!Files.isDirectory(folder)) {
            return seen;
        }
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".jar"))::iterator) {
                seen.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        } catch (IOException e) {
            LOG.warn("The plugin folder can not be listed: {}", e.toString());
        }
        return seen;
    }

    /** What was wrong when the configuration was last read; empty when nothing was. */
    public List<ConfigurationProblem> problems() {
        return problems;
    }

    /** Since when a changed configuration is not used because of its problems. */
    public Optional<Instant> failedAt() {
        return failedAt;
    }

    /** When the configuration was last read. */
    public Instant loadedAt() {
        return loadedAt;
    }

    /** The names of the targets that are served, with the prefix of each. */
    public List<String> targetNames() {
        return inForce.map(state -> (List<String>)
                        new ArrayList<>(new TreeSet<>(state.targets().keySet())))
                .orElse(List.of());
    }

    /** The configuration in force, for those who start other things by it. */
    public Optional<GatehouseConfig> config() {
        return inForce.map(State::config);
    }

    /** Closes everything that the state in force holds, but the sinks, which the audit thread closes. */
    public void close() {
        thread.shutdownNow();
        inForce.ifPresent(state -> {
            Set<Object> sinks = new HashSet<>();
            state.sinks().forEach(sink -> sinks.add(sink.sink()));
            state.products().values().stream()
                    .filter(product -> !sinks.contains(product.instance()))
                    .forEach(ProductMaker::close);
        });
        clients.retainOnly(List.of());
    }
}
