package io.gatehouse.proxy;

import io.gatehouse.kubernetes.ServiceProxy;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;

/**
 * Knows whose login an upstream's 401 is about. Where Gatehouse shows a credential of its own, the client can not mend it:
 * it would ask its person to log in again and again.
 */
final class OwnCredential {

    private OwnCredential() {}

    /**
     * Lets a 401 pass that is the client's to answer.
     *
     * @param access what was shown to the upstream; never beside a token of the caller's own
     * @throws UpstreamFailureException when it is Gatehouse that was refused
     */
    static void check(int status, UpstreamAccess access, Exchange exchange) throws UpstreamFailureException {
        if (status == 401 && isJudged(access, exchange)) {
            throw new UpstreamFailureException(
                    502, "target " + exchange.target() + " refused Gatehouse's own credential", null);
        }
    }

    /**
     * An API server knows clients by certificate too; of other servers, one that has taken the certificate may still have
     * a login of its own, as has what is behind the API server's proxy.
     */
    private static boolean isJudged(UpstreamAccess access, Exchange exchange) {
        Target target = exchange.target();
        return target.isKubernetes()
                ? access.hasCredential()
                        && ServiceProxy.root(exchange.requestTarget().path()).isEmpty()
                : access.authorization().isPresent();
    }
}
