package io.gatehouse.server;

import io.gatehouse.audit.AuditTrail;
import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.pipeline.Forwarding;
import io.gatehouse.pipeline.LiveStreams;
import io.gatehouse.pipeline.Pipeline;
import io.gatehouse.plugin.PluginFolder;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.proxy.ClusterClient;
import io.gatehouse.proxy.StreamingProxyServlet;
import io.gatehouse.proxy.UpgradeProxy;
import io.gatehouse.proxy.UpstreamClients;
import io.gatehouse.reload.OwnerOnly;
import io.gatehouse.reload.Reloader;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.target.Target;
import io.gatehouse.tunnel.HandshakeLimits;
import io.gatehouse.tunnel.StreamThreads;
import io.gatehouse.tunnel.TunnelLimits;
import io.gatehouse.tunnel.Tunnels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application: everything that one home makes, put together, from start to stop. */
public final class Gatehouse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gatehouse.class);

    /** Streams that are judged again at the same time after a reload. */
    private static final int JUDGES = 8;

    /** For a whole review. */
    private static final Duration CLUSTER_CALL = Duration.ofSeconds(10);

    private static final String STOPPING = "Gatehouse is stopping";

    private final Clock clock = Clock.systemUTC();
    private final Path home;
    private final PluginRepository plugins;
    private final ScheduledExecutorService thread;
    private final ScheduledExecutorService deadlines = DaemonThreads.deadlines("gatehouse-deadlines");
    private final UpstreamClients clients = new UpstreamClients(Duration.ofHours(1));
    private final ExecutorService judges = DaemonThreads.some("gatehouse-judge", JUDGES);
    private final ScheduledExecutorService keeper = DaemonThreads.scheduled("gatehouse-streams");
    /** Apart from the keeper: it waits for the store. */
    private final ScheduledExecutorService endings = DaemonThreads.scheduled("gatehouse-endings");

    private final LiveStreams streams = new LiveStreams(clock, Duration.ofDays(1), judges);
    private final Reloader reloader;
    private volatile Optional<Running> running = Optional.empty();
    private volatile Supplier<Optional<String>> listenerTrouble = Optional::empty;
    private volatile boolean stopping;

    /** What there is once a configuration was read. */
    private record Running(AuditTrail trail, Tunnels tunnels, ExecutorService streamThreads, Pipeline pipeline) {}

    /**
     * Reads the configuration and begins to watch it. When it has no reading, nothing is served but 503 until it is
     * mended.
     *
     * @param builtIn the plugins that the WAR carries
     * @param environment looks up an environment variable; null when it is not set
     */
    public Gatehouse(Path home, List<PluginFolder> builtIn, Function<String, String> environment) {
        this.home = home.toAbsolutePath().normalize();
        Path cache = this.home.resolve("data/plugin-cache");
        try {
            OwnerOnly.directory(cache);
        } catch (IOException e) {
            LOG.error("{} can not be made: {}", cache, e.toString());
        }
        this.plugins = new PluginRepository(
                this.home.resolve("plugins"), builtIn, BuiltInPlugins.index(), cache, Gatehouse.class.getClassLoader());
        this.thread = DaemonThreads.scheduled("gatehouse-reload");
        this.reloader = new Reloader(
                this.home,
                environment,
                plugins,
                thread,
                clock,
                new ClusterClient(clients, this::target, deadlines, CLUSTER_CALL),
                rules -> running.ifPresent(parts -> parts.pipeline().use(rules)),
                streams,
                clients);
        start();
    }

    private Optional<Target> target(String name) {
        return reloader.target(name);
    }

    private void start() {
        Optional<Reloader.First> first = reloader.first();
        if (first.isEmpty()) {
            thread.schedule(this::tryAgain, 2, TimeUnit.SECONDS);
            return;
        }
        GatehouseConfig.Streams bounds = reloader.config().orElseThrow().streams();
        AuditTrail trail = new AuditTrail(
                first.get().queue(), first.get().masking(), first.get().sinks(), clock);
        TunnelLimits usual = TunnelLimits.defaults();
        Tunnels tunnels = new Tunnels(
                new TunnelLimits(bounds.idle(), bounds.maxAge(), usual.stall(), usual.halfClose(), usual.tunnels()),
                HandshakeLimits.DEFAULT);
        ExecutorService streamThreads = StreamThreads.create("gatehouse-stream-", bounds.platformThreads());
        StreamingProxyServlet proxy = new StreamingProxyServlet(clients);
        proxy.init();
        Forwarding forwarding = new Forwarding(proxy, new UpgradeProxy(tunnels), streams, streamThreads);
        Pipeline pipeline = new Pipeline(trail, forwarding, first.get().rules());
        reloader.lookForEndings(); // before anybody comes whose session has ended
        running = Optional.of(new Running(trail, tunnels, streamThreads, pipeline));
        reloader.watch(trail);
        keeper.scheduleWithFixedDelay(guarded(this::lookAfterStreams), 1, 1, TimeUnit.SECONDS);
        endings.scheduleWithFixedDelay(guarded(reloader::lookForEndings), 1, 1, TimeUnit.SECONDS);
    }

    private void tryAgain() {
        try {
            if (reloader.hasChanged()) {
                start();
                return;
            }
        } catch (RuntimeException | Error e) {
            LOG.error("Reading the configuration failed", e);
        }
        thread.schedule(this::tryAgain, 2, TimeUnit.SECONDS);
    }

    /** The reads of all upstreams are bounded by this: what else goes wrong must not keep it from that. */
    private void lookAfterStreams() {
        guarded(() -> clients.lookAfterConnections(System.nanoTime())).run();
        guarded(streams::closeExpired).run();
    }

    /** What throws is not scheduled again: so it must not throw. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A task that is done every few seconds failed", e);
            }
        };
    }

    /** The road of requests; nothing while the configuration has no reading. */
    Optional<Pipeline> pipeline() {
        return stopping ? Optional.empty() : running.map(Running::pipeline);
    }

    /** What was wrong when the configuration was last read. */
    public List<ConfigurationProblem> problems() {
        return reloader.problems();
    }

    /** The configuration in force. */
    public Optional<GatehouseConfig> config() {
        return reloader.config();
    }

    /** The names of the targets that are served. */
    public List<String> targetNames() {
        return reloader.targetNames();
    }

    /**
     * Has a listener of ours looked after every two seconds, on the thread that looks after everything.
     *
     * @param trouble what is wrong with it, in words that anybody may read
     */
    public void watchListener(Runnable look, Supplier<Optional<String>> trouble) {
        listenerTrouble = trouble;
        thread.scheduleWithFixedDelay(guarded(look), 2, 2, TimeUnit.SECONDS);
    }

    /** How it is, for probes; without a detail that a stranger should not read. */
    Health health() {
        Optional<String> auditTrouble = running.flatMap(parts -> parts.trail().trouble());
        return new Health(
                running.isPresent() && !stopping,
                reloader.failedAt().isPresent(),
                reloader.problems().size(),
                auditTrouble.isPresent(),
                running.map(parts -> parts.trail().refused()).orElse(0L),
                reloader.storeTroubled(),
                reloader.troubled(),
                listenerTrouble.get());
    }

    /** Ends streams: the first thing at a stop, as they would never end by themselves. Ordinary requests go on. */
    public void closeStreams() {
        stopping = true;
        streams.closeLasting(STOPPING);
    }

    /** Stops: what is still under way, then the record, which has its end by then. */
    @Override
    public void close() {
        stopping = true;
        streams.closeAll(STOPPING);
        keeper.shutdownNow();
        endings.shutdownNow();
        judges.shutdownNow();
        deadlines.shutdownNow();
        running.ifPresent(parts -> {
            parts.tunnels().close();
            parts.streamThreads().shutdown();
            try {
                if (!parts.streamThreads().awaitTermination(5, TimeUnit.SECONDS)) {
                    LOG.warn("Some streams did not end in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            parts.streamThreads().shutdownNow();
        });
        reloader.close();
        running.ifPresent(parts -> parts.trail().close());
        plugins.close();
    }
}
