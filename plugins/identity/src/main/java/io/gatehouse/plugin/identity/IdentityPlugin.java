package io.gatehouse.plugin.identity;

import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.List;

/**
 * Offers the upstream identities {@code impersonate}, {@code front-proxy}, {@code remote-user}, {@code own-token} and
 * {@code none}.
 */
public final class IdentityPlugin implements GatehousePlugin {

    @Override
    public List<UpstreamIdentityFactory> upstreamIdentities() {
        return List.of(
                new ImpersonateFactory(),
                new FrontProxyFactory(),
                new RemoteUserFactory(),
                new OwnTokenFactory(),
                new NoneFactory());
    }
}
