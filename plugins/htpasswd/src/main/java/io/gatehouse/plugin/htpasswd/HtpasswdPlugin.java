package io.gatehouse.plugin.htpasswd;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authenticator {@code htpasswd}: names and password hashes in a file of Apache's. */
public final class HtpasswdPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new HtpasswdAuthenticatorFactory());
    }
}
