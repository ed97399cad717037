package io.gatehouse.spi;

import java.util.Set;

/** Makes authorizers. */
public interface AuthorizerFactory extends PluginFactory<Authorizer> {
    /**
     * The request headers that a product of these settings wants to see; others are not shown.
     * Managed headers (identity, forwarded) are never shown, whatever is declared. A request that has another spelling of
     * one, or nominates it in {@code Connection}, is refused: the upstream would read something else.
     */
    default Set<String> requestHeaders(Settings settings) {
        return Set.of();
    }
}
