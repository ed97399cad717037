package io.gatehouse.pipeline;

import io.gatehouse.spi.Credential;
import io.gatehouse.spi.RequestView;
import java.util.Optional;
import java.util.Set;

/** An authenticator of the host's own whose credentials may be good for less than the person is. */
public interface NarrowedAuthenticator extends EarlierProof.Keeper {

    /** The {@link io.gatehouse.spi.Identity#method} of whoever shows an API token. */
    String API_TOKEN = "api-token";

    /**
     * Why a credential that holds is not good for this request.
     *
     * @param verbs all that the request does: Kubernetes' own on a Kubernetes target, elsewhere the method in lower case, or
     *     {@code upgrade}
     */
    Optional<String> narrowed(Credential credential, RequestView request, Set<String> verbs);
}
