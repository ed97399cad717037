package io.gatehouse.spi;

import java.util.List;

/**
 * What a plugin jar offers. The host finds it with {@link java.util.ServiceLoader}: name your class in
 * {@code META-INF/services/io.gatehouse.spi.GatehousePlugin}. The class needs a public constructor without arguments,
 * which must neither block nor start threads; everything costly belongs in {@link PluginFactory#create}.
 *
 * <p>Each method lists factories of one kind. An administrator names a factory by {@link PluginFactory#name} in
 * {@code gatehouse.yaml}; two factories of one kind with the same name are an error that names both jars.
 */
public interface GatehousePlugin {

    /** Who is it. */
    default List<AuthenticatorFactory> authenticators() {
        return List.of();
    }

    /** May they. */
    default List<AuthorizerFactory> authorizers() {
        return List.of();
    }

    /** What is recorded. */
    default List<AuditSinkFactory> auditSinks() {
        return List.of();
    }

    /** As whom the upstream sees them. */
    default List<UpstreamIdentityFactory> upstreamIdentities() {
        return List.of();
    }

    /** Where sessions and API tokens are kept. */
    default List<StateStoreFactory> stateStores() {
        return List.of();
    }

    /** Where targets come from, besides {@code gatehouse.yaml} itself. */
    default List<TargetSourceFactory> targetSources() {
        return List.of();
    }
}
