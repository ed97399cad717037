package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers {@code oidc}, OpenID Connect, and {@code oauth2}, providers that have no more than OAuth 2; one a product. */
public final class OidcPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new OidcAuthenticatorFactory(), new OAuth2AuthenticatorFactory());
    }
}
