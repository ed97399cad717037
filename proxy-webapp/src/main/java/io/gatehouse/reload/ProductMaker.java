package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.config.ProductSettings;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.plugin.LoadedFactory;
import io.gatehouse.plugin.PluginCall;
import io.gatehouse.plugin.PluginCatalog;
import io.gatehouse.plugin.PluginLoadException;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.AuthorizerFactory;
import io.gatehouse.spi.ClusterCalls;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.PluginFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the products that a configuration names, or takes over those that would come out the same. */
final class ProductMaker {

    private static final Logger LOG = LoggerFactory.getLogger(ProductMaker.class);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration CREATION = Duration.ofSeconds(60);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    private record Context(String name, Path dataDirectory, Clock clock, ClusterCalls clusters, boolean checkOnly)
            implements PluginContext {}

    private final PluginCatalog catalog;
    private final Map<String, Product<?>> earlier;
    private final Map<String, Product<?>> made = new HashMap<>();
    private final Set<String> tried = new HashSet<>();
    private final WatchedFiles files;
    private final Problems problems;
    private final Path home;
    private final Path data;
    private final Clock clock;
    private final ClusterCalls clusters;
    private final boolean checkOnly;

    /** @param earlier the products in use, by kind and name */
    ProductMaker(
            PluginCatalog catalog,
            Map<String, Product<?>> earlier,
            WatchedFiles files,
            Problems problems,
            Path home,
            Path data,
            Clock clock,
            ClusterCalls clusters,
            boolean checkOnly) {
        this.catalog = catalog;
        this.earlier = earlier;
        this.files = files;
        this.problems = problems;
        this.home = home;
        this.data = data;
        this.clock = clock;
        this.clusters = clusters;
        this.checkOnly = checkOnly;
    }

    /**
     * A product.
     *
     * @return nothing when it can not be made; why is among the problems
     */
    <P extends AutoCloseable> Optional<Product<P>> make(
            FactoryKind kind, GatehouseConfig.Product wanted, Class<P> type) {
        String key = kind + "/" + wanted.name();
        if (!tried.add(key)) {
            return Optional.ofNullable(made.get(key)).map(product -> product.as(type));
        }
        Optional<Product<P>> product = takeOverOrCreate(kind, wanted, key, type);
        product.ifPresent(present -> made.put(key, present));
        return product;
    }

    private <P extends AutoCloseable> Optional<Product<P>> takeOverOrCreate(
            FactoryKind kind, GatehouseConfig.Product wanted, String key, Class<P> type) {
        String place = wanted.section().placeOf("plugin");
        LoadedFactory factory;
        try {
            factory = catalog.factory(kind, wanted.plugin());
        } catch (PluginLoadException e) {
            problems.addContained(new ConfigurationProblem(
                    place,
                    e.getMessage() + " What else \"" + wanted.name() + "\" says can not be checked without it."));
            return Optional.empty();
        }
        Set<String> reserved = wanted.section().asked(); // what the host has read of it is the host's
        Problems mistakes = new Problems();
        ProductSettings settings = ProductSettings.bind(
                wanted.section(), factory.settings(), reserved, home, folder(wanted), files, mistakes);
        if (!mistakes.isEmpty()) {
            mistakes.list().forEach(problems::addContained);
            return Optional.empty();
        }
        Product<?> known = earlier.get(key);
        return known != null && known.isSame(factory, settings)
                ? Optional.of(known.as(type))
                : create(kind, wanted, factory, settings, type);
    }

    private Path folder(GatehouseConfig.Product wanted) {
        return data.resolve(wanted.plugin()).resolve(wanted.name());
    }

    private <P extends AutoCloseable> Optional<Product<P>> create(
            FactoryKind kind,
            GatehouseConfig.Product wanted,
            LoadedFactory factory,
            ProductSettings settings,
            Class<P> type) {
        PluginFactory<?> maker = factory.factory();
        String what = "plugin \"" + wanted.plugin() + "\" of " + factory.origin();
        try {
            Context context =
                    new Context(wanted.name(), OwnerOnly.directory(folder(wanted)), clock, clusters, checkOnly);
            P instance = PluginTask.within(
                    CREATION,
                    wanted.name(),
                    factory.loader(),
                    () -> type.cast(maker.create(settings, context)),
                    late -> closeLate(wanted.name(), late));
            if (instance == null) {
                return failed(wanted, "plugin \"" + wanted.plugin() + "\" made nothing of \"" + wanted.name() + "\"");
            }
            PluginCall call = maker.mayBlock()
                    ? PluginCall.bounded(wanted.name(), factory.loader(), CALL)
                    : PluginCall.direct(wanted.name(), factory.loader());
            LOG.info(
                    "Made {} \"{}\" with plugin \"{}\" of {}",
                    kind.words(),
                    wanted.name(),
                    wanted.plugin(),
                    factory.origin());
            return Optional.of(
                    new Product<>(wanted.name(), factory, settings, instance, call, requestHeaders(maker, settings)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfigurationException mistakes) {
                mistakes.problems().forEach(problems::addContained);
                return Optional.empty();
            }
            LOG.debug("Plugin {} failed", wanted.plugin(), e.getCause());
            return failed(
                    wanted, what + " failed with " + e.getCause().getClass().getName());
        } catch (TimeoutException e) {
            return failed(
                    wanted,
                    what + " did not make \"" + wanted.name() + "\" within " + CREATION.toSeconds() + " seconds");
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("Plugin {} failed", wanted.plugin(), e);
            return failed(wanted, what + " failed with " + e.getClass().getName());
        }
    }

    private <P extends AutoCloseable> Optional<Product<P>> failed(GatehouseConfig.Product wanted, String message) {
        problems.addContained(new ConfigurationProblem(wanted.section().place(), message));
        return Optional.empty();
    }

    private static void closeLate(String name, AutoCloseable late) {
        try {
            late.close();
        } catch (Exception | Error e) {
            LOG.warn("\"{}\", made too late, could not be closed: {}", name, e.toString());
        }
    }

    private static Set<String> requestHeaders(PluginFactory<?> maker, ProductSettings settings) {
        Set<String> headers = maker instanceof AuthenticatorFactory authenticators
                ? authenticators.requestHeaders(settings)
                : maker instanceof AuthorizerFactory authorizers ? authorizers.requestHeaders(settings) : Set.of();
        return Set.copyOf(headers);
    }

    /** What was made or taken over, by kind and name. */
    Map<String, Product<?>> made() {
        return Map.copyOf(made);
    }

    /** Closes a product; what it throws is logged, and it is not waited for beyond ten seconds. */
    static void close(Product<?> product) {
        product.call().close();
        try {
            PluginTask.within(
                    CLOSING,
                    product.name(),
                    product.factory().loader(),
                    () -> {
                        product.instance().close();
                        return true;
                    },
                    late -> LOG.info("\"{}\" is closed at last", product.name()));
        } catch (ExecutionException e) {
            LOG.warn(
                    "\"{}\" could not be closed: {}",
                    product.name(),
                    e.getCause().toString());
        } catch (TimeoutException e) {
            LOG.warn("\"{}\" does not close and is left behind", product.name());
        }
    }
}
