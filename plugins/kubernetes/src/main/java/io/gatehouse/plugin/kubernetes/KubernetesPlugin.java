package io.gatehouse.plugin.kubernetes;

import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TargetSourceFactory;
import java.util.List;

/** Offers the target sources {@code kubeconfig} and {@code in-cluster}. */
public final class KubernetesPlugin implements GatehousePlugin {

    @Override
    public List<TargetSourceFactory> targetSources() {
        return List.of(new KubeconfigSourceFactory(), new InClusterSourceFactory());
    }
}
