package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authenticator {@code oidc}: OpenID Connect, one issuer a product. */
public final class OidcPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new OidcAuthenticatorFactory());
    }
}
