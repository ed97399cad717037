package io.gatehouse.plugin.identity;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.spi.UpstreamIdentityFactory;
import java.util.List;

/** Makes the upstream identity {@code front-proxy}, for a kube-apiserver that takes this host for its front proxy. */
public final class FrontProxyFactory implements UpstreamIdentityFactory {

    @Override
    public String name() {
        return "front-proxy";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(ImpersonateFactory.ALLOW_SYSTEM, ImpersonateFactory.MAX_GROUPS);
    }

    @Override
    public UpstreamIdentity create(Settings settings, PluginContext context) {
        return ImpersonateFactory.create(KubernetesUser.Way.FRONT_PROXY, settings);
    }
}
