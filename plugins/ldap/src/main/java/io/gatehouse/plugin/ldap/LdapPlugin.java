package io.gatehouse.plugin.ldap;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authenticator {@code ldap}: the users and groups of a directory. */
public final class LdapPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new LdapAuthenticatorFactory());
    }
}
