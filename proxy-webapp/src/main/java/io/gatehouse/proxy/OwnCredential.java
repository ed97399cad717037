package io.gatehouse.proxy;

import io.gatehouse.kubernetes.ServiceProxy;
import io.gatehouse.spi.Header;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;

/**
 * Knows what Gatehouse's own credential and an identity's headers mean together, and whose login an upstream's 401 is
 * about. Where Gatehouse shows a credential of its own, the client can not mend it: it would ask its person to log in
 * again and again.
 */
final class OwnCredential {

    private OwnCredential() {}

    /**
     * Wants that the upstream can take what is shown for nobody but the caller. Beside a caller's token, a credential of our
     * own would make it choose, and a kube-apiserver chooses the certificate. Its front proxy's headers it believes by a
     * client certificate alone; without one, the caller would have the rights of whatever else we show.
     *
     * @throws UpstreamFailureException when it could
     */
    static void requireFit(UpstreamAccess access, Exchange exchange) throws UpstreamFailureException {
        for (Header header : exchange.identityHeaders()) {
            if (header.name().equalsIgnoreCase("Authorization") && access.hasCredential()) {
                throw new UpstreamFailureException(
                        503,
                        "target " + exchange.target() + " has a credential of its own: it can not have an identity that"
                                + " passes the caller's on",
                        null);
            }
            if (header.name().equalsIgnoreCase("X-Remote-User")
                    && exchange.target().isKubernetes()
                    && !access.clientCertificate()) {
                throw new UpstreamFailureException(
                        503,
                        "target " + exchange.target() + " shows no client certificate: an API server believes no"
                                + " X-Remote-User without the front proxy's",
                        null);
            }
        }
    }

    /**
     * Lets a 401 pass that is the client's to answer.
     *
     * @param access what was shown to the upstream; never beside a token of the caller's own
     * @throws UpstreamFailureException when it is Gatehouse that was refused
     */
    static void check(int status, UpstreamAccess access, Exchange exchange) throws UpstreamFailureException {
        if (status == 401 && isJudged(access, exchange)) {
            throw new OwnCredentialException(exchange.target().name());
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
