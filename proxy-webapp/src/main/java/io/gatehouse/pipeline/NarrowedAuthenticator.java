package io.gatehouse.pipeline;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.RequestView;
import java.util.Optional;

/** An authenticator of the host's own whose credentials may be good for less than the person is. */
public interface NarrowedAuthenticator extends Authenticator {

    /**
     * Why a credential that holds is not good for this request.
     *
     * @param action what the request means to Kubernetes, for a Kubernetes target
     */
    Optional<String> narrowed(Credential credential, RequestView request, Optional<KubernetesAction> action);
}
