package io.gatehouse.plugin.identity;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.List;

/** Makes the upstream identity {@code own-token}: the upstream sees the caller's own bearer token. */
public final class OwnTokenFactory implements UpstreamIdentityFactory {

    @Override
    public String name() {
        return "own-token";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public UpstreamIdentity create(Settings settings, PluginContext context) {
        return new OwnToken();
    }
}
