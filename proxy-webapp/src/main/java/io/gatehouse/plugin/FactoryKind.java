package io.gatehouse.plugin;

import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.PluginFactory;
import java.util.List;
import java.util.function.Function;

/** The kinds of factory that a plugin can list. */
public enum FactoryKind {
    AUTHENTICATOR("authenticator", GatehousePlugin::authenticators),
    AUTHORIZER("authorizer", GatehousePlugin::authorizers),
    AUDIT_SINK("audit sink", GatehousePlugin::auditSinks),
    UPSTREAM_IDENTITY("identity", GatehousePlugin::upstreamIdentities),
    STATE_STORE("store", GatehousePlugin::stateStores),
    TARGET_SOURCE("source", GatehousePlugin::targetSources);

    private final String words;
    private final Function<GatehousePlugin, List<? extends PluginFactory<?>>> factories;

    FactoryKind(String words, Function<GatehousePlugin, List<? extends PluginFactory<?>>> factories) {
        this.words = words;
        this.factories = factories;
    }

    /** For messages. */
    public String words() {
        return words;
    }

    List<? extends PluginFactory<?>> of(GatehousePlugin plugin) {
        return factories.apply(plugin);
    }
}
