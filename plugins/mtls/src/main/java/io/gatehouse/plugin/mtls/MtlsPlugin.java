package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.GatehousePlugin;
import java.util.List;

/** Offers the authenticator {@code mtls}: client certificates. */
public final class MtlsPlugin implements GatehousePlugin {

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new MtlsAuthenticatorFactory());
    }
}
