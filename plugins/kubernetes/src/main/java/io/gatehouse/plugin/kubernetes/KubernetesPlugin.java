package io.gatehouse.plugin.kubernetes;

import io.gatehouse.plugin.kubernetes.review.AccessReviewFactory;
import io.gatehouse.plugin.kubernetes.review.TokenReviewFactory;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.AuthorizerFactory;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.TargetSourceFactory;
import java.util.List;

/** Clusters as targets, and what their API servers know: whose a token is, and who may what. */
public final class KubernetesPlugin implements GatehousePlugin {

    @Override
    public List<TargetSourceFactory> targetSources() {
        return List.of(new KubeconfigSourceFactory(), new InClusterSourceFactory());
    }

    @Override
    public List<AuthenticatorFactory> authenticators() {
        return List.of(new TokenReviewFactory());
    }

    @Override
    public List<AuthorizerFactory> authorizers() {
        return List.of(new AccessReviewFactory());
    }
}
