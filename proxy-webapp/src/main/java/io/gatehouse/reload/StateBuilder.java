package io.gatehouse.reload;

import io.gatehouse.audit.Masking;
import io.gatehouse.audit.NamedSink;
import io.gatehouse.config.ConfigReader;
import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.login.Endings;
import io.gatehouse.pipeline.BrowserSessions;
import io.gatehouse.pipeline.OwnPages;
import io.gatehouse.pipeline.Rates;
import io.gatehouse.pipeline.Route;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.plugin.PluginCatalog;
import io.gatehouse.plugin.PluginRepository;
import io.gatehouse.portal.Portal;
import io.gatehouse.request.ClientAddress;
import io.gatehouse.request.ClientCertificates;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.AuditSink;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.spi.TargetSource;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.target.TargetTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the configuration and makes a whole new state beside the one in force. */
final class StateBuilder {

    /** For a credential that asks a helper program, which may be given five minutes (docs/plugins/kubernetes.md). */
    private static final Duration CREDENTIAL_BUDGET = Duration.ofMinutes(6);

    private final Path home;
    private final Path data;
    private final Function<String, String> environment;
    private final PluginRepository plugins;
    private final Clock clock;
    private final ClusterCalls clusters;
    private final boolean checkOnly;
    private final Endings endings;
    private final Rates loginRates = new Rates(System::nanoTime, 100_000);

    /**
     * @param data where products may write
     * @param clusters for the products
     * @param checkOnly whether products are made only to see whether they can be
     */
    StateBuilder(
            Path home,
            Path data,
            Function<String, String> environment,
            PluginRepository plugins,
            Clock clock,
            ClusterCalls clusters,
            boolean checkOnly) {
        this.home = home;
        this.data = data;
        this.environment = environment;
        this.plugins = plugins;
        this.clock = clock;
        this.clusters = clusters;
        this.checkOnly = checkOnly;
        this.endings = new Endings(clock, System::nanoTime);
    }

    /** What came out: a state, unless a problem is fatal, and the problems of both kinds. */
    record Outcome(Optional<State> state, List<ConfigurationProblem> problems, WatchedFiles files) {}

    /** @param earlier the state in force, whose products and targets are taken over where they would come out the same */
    Outcome build(Optional<State> earlier) {
        Problems problems = new Problems();
        WatchedFiles files = new WatchedFiles();
        Optional<GatehouseConfig> read = ConfigReader.read(home, environment, files, problems);
        Optional<State> state = read.map(config -> state(config, earlier, files, problems));
        if (problems.isFatal()) {
            state.ifPresent(unused -> closeNew(unused, earlier));
            return new Outcome(Optional.empty(), problems.list(), files);
        }
        return new Outcome(state, problems.list(), files);
    }

    private State state(GatehouseConfig config, Optional<State> earlier, WatchedFiles files, Problems problems) {
        PluginCatalog catalog = plugins.catalog(factoryNames(config));
        catalog.failures().forEach(failure -> problems.addContained(new ConfigurationProblem("plugins", failure)));
        ProductMaker maker = new ProductMaker(
                catalog,
                earlier.map(State::products).orElse(Map.of()),
                files,
                problems,
                home,
                data,
                clock,
                clusters,
                checkOnly);
        List<NamedSink> sinks = sinks(config, maker, problems);
        Map<String, List<TargetDefinition>> sourced = sourced(config, maker, problems);
        Optional<Portal> portal =
                new PortalBuilder(maker, files, problems, data, clock).build(config, endings, loginRates);
        TargetsBuilder targets = new TargetsBuilder(
                new RouteBuilder(config, maker, portal, endings, problems),
                earlier.map(State::targets).orElse(Map.of()),
                problems,
                clock);
        config.targets().values().forEach(targets::add);
        sourced.forEach((source, definitions) -> targets.add(
                config.sources().get(source),
                guarded(definitions, maker.made().get(FactoryKind.TARGET_SOURCE + "/" + source))));
        makeTheRest(config, maker);
        TargetTable<Route> table = targets.table();
        Guard guard = new Guard(
                new ClientAddress(config.trustedProxies(), config.tlsTerminators()),
                (host, path) -> table.find(host, path)
                        .filter(match -> match.route().web().encodedSlash())
                        .isPresent());
        Rules rules = new Rules(
                guard,
                new ClientCertificates(config.tlsTerminators(), config.certificateHeader()),
                table,
                targets.byTarget(),
                config.person(),
                portal.map(Portal::sessions).orElse(BrowserSessions.NONE),
                portal.map(OwnPages.class::cast).orElse(OwnPages.NONE));
        return new State(
                config,
                catalog,
                maker.made(),
                portal,
                rules,
                targets.targets(),
                targets.renewed(),
                sourced,
                sinks,
                new Masking(config.audit().sensitiveParameters()),
                files,
                problems.list());
    }

    /** What no target uses is made too: a mistake in it should be found before a target does. */
    private static void makeTheRest(GatehouseConfig config, ProductMaker maker) {
        config.authenticators()
                .values()
                .forEach(wanted -> maker.make(FactoryKind.AUTHENTICATOR, wanted, Authenticator.class));
        config.authorizers().values().forEach(wanted -> maker.make(FactoryKind.AUTHORIZER, wanted, Authorizer.class));
        config.identities()
                .values()
                .forEach(wanted -> maker.make(FactoryKind.UPSTREAM_IDENTITY, wanted, UpstreamIdentity.class));
    }

    private static Set<String> factoryNames(GatehouseConfig config) {
        Set<String> names = new HashSet<>();
        Stream.of(
                        config.authenticators(),
                        config.authorizers(),
                        config.identities(),
                        config.audit().sinks())
                .flatMap(products -> products.values().stream())
                .forEach(product -> names.add(product.plugin()));
        config.sources().values().forEach(source -> names.add(source.product().plugin()));
        config.portal().ifPresent(portal -> names.add(portal.store().plugin()));
        return names;
    }

    /** A sink that can not be made is fatal: there is no target that could go without its record. */
    private static List<NamedSink> sinks(GatehouseConfig config, ProductMaker maker, Problems problems) {
        List<NamedSink> sinks = new ArrayList<>();
        for (GatehouseConfig.Product wanted : config.audit().sinks().values()) {
            Optional<Product<AuditSink>> sink = maker.make(FactoryKind.AUDIT_SINK, wanted, AuditSink.class);
            if (sink.isEmpty()) {
                problems.makeFatal(); // why is among them
            }
            sink.ifPresent(made -> sinks.add(
                    new NamedSink(made.name(), made.instance(), made.factory().loader())));
        }
        return sinks;
    }

    private static Map<String, List<TargetDefinition>> sourced(
            GatehouseConfig config, ProductMaker maker, Problems problems) {
        Map<String, List<TargetDefinition>> sourced = new LinkedHashMap<>();
        config.sources()
                .forEach((name, source) -> maker.make(FactoryKind.TARGET_SOURCE, source.product(), TargetSource.class)
                        .ifPresent(made -> sourced.put(
                                name,
                                made.call().call(() -> whole(made.instance().targets()), failed -> {
                                    problems.addContained(new ConfigurationProblem(
                                            source.product().section().place(), failed));
                                    return List.of();
                                }))));
        return sourced;
    }

    /** @throws NullPointerException when a part is missing: a bug of the plugin */
    private static List<TargetDefinition> whole(List<TargetDefinition> definitions) {
        for (TargetDefinition definition : definitions) {
            Objects.requireNonNull(definition.name(), "name");
            Objects.requireNonNull(definition.server(), "server");
            Objects.requireNonNull(definition.certificateAuthorities(), "certificateAuthorities");
            Objects.requireNonNull(definition.tlsServerName(), "tlsServerName");
            Objects.requireNonNull(definition.credential(), "credential");
            Objects.requireNonNull(definition.generation(), "generation");
        }
        return List.copyOf(definitions);
    }

    private static List<TargetDefinition> guarded(List<TargetDefinition> definitions, Product<?> source) {
        PluginCall call = source.call().within(CREDENTIAL_BUDGET);
        return definitions.stream()
                .map(definition -> GuardedCredential.in(definition, call))
                .toList();
    }

    /** Closes what was made for a state that will not be used. */
    static void closeNew(State state, Optional<State> earlier) {
        Map<String, Product<?>> kept = earlier.map(State::products).orElse(Map.of());
        state.products().forEach((key, product) -> {
            Product<?> old = kept.get(key);
            if (old == null || old.instance() != product.instance()) {
                ProductMaker.close(product);
            }
        });
    }
}
