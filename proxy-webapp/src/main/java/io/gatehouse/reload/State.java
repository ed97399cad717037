package io.gatehouse.reload;

import io.gatehouse.audit.Masking;
import io.gatehouse.audit.NamedSink;
import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.plugin.PluginCatalog;
import io.gatehouse.portal.Portal;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.TargetCredential;
import io.gatehouse.spi.TargetDefinition;
import io.gatehouse.target.Target;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that one reading of the configuration gave.
 *
 * @param config the typed values
 * @param catalog the plugins that it uses
 * @param products what they made, by kind and name
 * @param portal what Gatehouse serves itself
 * @param rules what requests are judged by
 * @param targets the upstreams, by name
 * @param renewed where the targets that were taken over ask for their credential from now on
 * @param sourced what each source of targets said
 * @param sinks where records go
 * @param masking what is masked in them
 * @param files what it was read from
 * @param problems what is wrong but contained: some targets answer 503
 */
record State(
        GatehouseConfig config,
        PluginCatalog catalog,
        Map<String, Product<?>> products,
        Optional<Portal> portal,
        Rules rules,
        Map<String, Target> targets,
        Map<Target, TargetCredential> renewed,
        Map<String, List<TargetDefinition>> sourced,
        List<NamedSink> sinks,
        Masking masking,
        WatchedFiles files,
        List<ConfigurationProblem> problems) {

    /** The authenticators among the products, in the order of their names. */
    List<Product<Authenticator>> authenticators() {
        return products.values().stream()
                .filter(product -> product.instance() instanceof Authenticator)
                .map(product -> product.as(Authenticator.class))
                .sorted(Comparator.comparing(Product::name))
                .toList();
    }

    /** The names of those that can not do all of their work. */
    List<String> troubled() {
        return authenticators().stream()
                .filter(product -> product.call()
                        .call(() -> product.instance().trouble(), Optional::of)
                        .isPresent())
                .map(Product::name)
                .toList();
    }

    /** The names of the targets, in order. */
    List<String> targetNames() {
        return targets.keySet().stream().sorted().toList();
    }
}
