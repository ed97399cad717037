package io.gatehouse.plugin.identity;

import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.List;

/** Makes the upstream identity {@code none}: the upstream is not told who asks. */
public final class NoneFactory implements UpstreamIdentityFactory {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of();
    }

    @Override
    public UpstreamIdentity create(Settings settings, PluginContext context) {
        return (identity, credential) -> new OutboundIdentity.Headers(List.of());
    }
}
