package io.gatehouse.spi;

import java.util.Set;

/** Makes authenticators. */
public interface AuthenticatorFactory extends PluginFactory<Authenticator> {
    /**
     * The request headers that a product of these settings wants to see, beside the credential; others are not shown.
     * Managed headers (identity, forwarded) are never shown, whatever is declared.
     */
    default Set<String> requestHeaders(Settings settings) {
        return Set.of();
    }
}
