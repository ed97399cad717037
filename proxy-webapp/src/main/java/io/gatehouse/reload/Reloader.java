package io.gatehouse.reload;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.audit.Masking;
import io.gatehouse.audit.NamedSink;
import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.pipeline.LiveStreams;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.portal.Portal;
import io.gatehouse.proxy.UpstreamClients;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.target.Target;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every two seconds, or as often as it is told, whether anything behind the configuration has changed, builds the
 * next state beside the one in force, and swaps. With any problem the state in force stays, whole.
 *
 * <p>Reading and swapping are for one thread at a time: {@link #first}, {@link #hasChanged} and {@link #watch} are
 * called one after another, and what is scheduled runs on the thread that was given. The other methods may be called
 * from anywhere, and read the state in force; of these, {@link #troubled} and {@link #lookForEndings} ask its products,
 * and the latter may wait for the store.
 */
public final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** What was replaced may be in the hands of a request that is being judged; few take longer, and those get a 503. */
    private static final long RETIRE_SECONDS = 60;

    private final StateBuilder builder;
    private final WatchedInputs inputs;
    private final ScheduledExecutorService thread;
    private final Clock clock;
    private final Consumer<Rules> swap;
    private final LiveStreams streams;
    private final UpstreamClients clients;
    private final RetiredStates retired;
    private volatile Optional<State> inForce = Optional.empty();
    private Optional<AuditTrail> trail = Optional.empty();
    private volatile List<ConfigurationProblem> problems = List.of();
    private volatile Optional<Instant> failedAt = Optional.empty();
    private volatile Instant loginsJudged = Instant.EPOCH;

    /**
     * @param thread where changes are looked for, and the next state is built
     * @param clusters for the products
     * @param swap takes the new rules
     */
    public Reloader(
            Path home,
            Function<String, String> environment,
            PluginRepository plugins,
            ScheduledExecutorService thread,
            Clock clock,
            ClusterCalls clusters,
            Consumer<Rules> swap,
            LiveStreams streams,
            UpstreamClients clients) {
        this.inputs = new WatchedInputs(plugins);
        this.builder = new StateBuilder(home, home.resolve("data"), environment, plugins, clock, clusters, false);
        this.thread = thread;
        this.clock = clock;
        this.swap = swap;
        this.streams = streams;
        this.clients = clients;
        this.retired = new RetiredStates(plugins, clients);
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
        outcome.state().ifPresent(state -> {
            inputs.use(state);
            applyLimits(state);
            Warnings.ofStore(state).forEach(warning -> LOG.warn("{}", warning));
            streams.judgeAgain(state.rules());
        });
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
        long millis = inForce.orElseThrow().config().lookForChanges().toMillis();
        thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private StateBuilder.Outcome build() {
        inputs.beforeReading(inForce);
        StateBuilder.Outcome outcome = builder.build(inForce);
        inputs.afterReading(outcome.files());
        problems = outcome.problems();
        return outcome;
    }

    /** Whether anything behind the configuration differs from when it was last read. */
    public boolean hasChanged() {
        return inputs.haveChanged(inForce);
    }

    void look() {
        try {
            if (hasChanged()) {
                reload();
            }
        } catch (RuntimeException | Error e) { // else it would be the last look
            LOG.error("Looking for changes of the configuration failed", e);
        }
    }

    private void reload() {
        Optional<State> before = inForce;
        List<ConfigurationProblem> knownProblems = before.map(State::problems).orElse(List.of());
        StateBuilder.Outcome outcome = build();
        boolean worse = Problems.isWorse(knownProblems, outcome.problems());
        if (outcome.state().isEmpty() || worse) {
            outcome.state().ifPresent(state -> StateBuilder.closeNew(state, before));
            before.ifPresent(retired::closePlugins);
            failedAt = Optional.of(clock.instant());
            LOG.error(
                    "The changed configuration is not used, the earlier one stays in force:\n{}",
                    Problems.numbered(outcome.problems()));
            return;
        }
        State next = outcome.state().get();
        failedAt = Optional.empty();
        inForce = outcome.state();
        inputs.use(next);
        applyLimits(next);
        next.renewed().forEach(Target::credential);
        swap.accept(next.rules());
        trail.ifPresent(known -> known.use(next.masking(), next.sinks()));
        LOG.info(
                "The changed configuration is in force: {} targets",
                next.targets().size());
        streams.judgeAgain(next.rules());
        before.ifPresent(old -> {
            retired.add(old);
            thread.schedule(() -> retired.retire(old, inForce.orElse(old)), RETIRE_SECONDS, TimeUnit.SECONDS);
        });
    }

    private void applyLimits(State state) {
        streams.maxAge(state.config().streams().maxAge());
        clients.idle(state.config().streams().idle());
    }

    /** What was wrong when the configuration was last read; empty when nothing was. */
    public List<ConfigurationProblem> problems() {
        return problems;
    }

    /** The names of the authenticators that can not do all of their work, in order; they have told their log why. */
    public List<String> troubled() {
        return inForce.map(State::troubled).orElse(List.of());
    }

    /** Whether the store of the portal did not answer when it was last asked; the log has told why. */
    public boolean storeTroubled() {
        return inForce.flatMap(State::portal).flatMap(Portal::trouble).isPresent();
    }

    /** Since when a changed configuration is not used because of its problems. */
    public Optional<Instant> failedAt() {
        return failedAt;
    }

    /** The names of the targets that are served, in order. */
    public List<String> targetNames() {
        return inForce.map(State::targetNames).orElse(List.of());
    }

    /**
     * Asks the store what has ended, and has streams judged again where something has, or where that can not be told:
     * every second, so that nobody whose access ends keeps a stream for longer; and every minute those of sessions
     * and tokens, so that they are renewed. It may wait for the store.
     */
    public void lookForEndings() {
        inForce.ifPresent(state -> {
            if (state.portal().filter(Portal::look).isPresent()) {
                streams.judgeAgain();
            } else if (clock.instant()
                    .isAfter(loginsJudged.plus(state.rules().sessions().pace()))) {
                loginsJudged = clock.instant();
                streams.judgeLoginsAgain();
            }
        });
    }

    /** A target in force. */
    public Optional<Target> target(String name) {
        return inForce.map(state -> state.targets().get(name));
    }

    /** The configuration in force, for those who start other things by it. */
    public Optional<GatehouseConfig> config() {
        return inForce.map(State::config);
    }

    /** Closes everything, but the sinks, which the audit thread closes. */
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("A reload did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inForce.ifPresent(retired::closeAll);
        inForce = Optional.empty();
    }
}
