package io.gatehouse.spi;

import java.util.Set;

/** Makes authorizers. */
public interface AuthorizerFactory extends PluginFactory<Authorizer> {
    /**
     * The request headers that a product of these settings wants to see; others are not shown.
     * Managed headers (identity, forwarded) are never shown, whatever is declared.
     */
    default Set<String> requestHeaders(Settings settings) {
        return Set.of();
    }
}
