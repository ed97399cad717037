package io.gatehouse.spi;

import java.util.Set;

/** Makes authenticators. */
public interface AuthenticatorFactory extends PluginFactory<Authenticator> {
    /**
     * The request headers that the products want to see, beside the credential; others are not in the request view.
     * Managed headers (identity, forwarded) are never shown, whatever is declared.
     */
    default Set<String> requestHeaders() {
        return Set.of();
    }
}
