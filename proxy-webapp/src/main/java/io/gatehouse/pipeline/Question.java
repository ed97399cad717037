package io.gatehouse.pipeline;

import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.RequestView;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is judged about a request: enough to judge it again while it lasts, after the rules have changed. Holds the
 * credential for that, in memory only.
 *
 * @param credential what was offered
 * @param target the target's name
 * @param client the client's address
 * @param method the HTTP method
 * @param requestTarget what is asked for inside the target
 * @param upgrade the protocol to switch to
 * @param kubernetes what it means to Kubernetes
 * @param impersonation as whom it wants to be taken
 * @param headers the fields that plugins may ask for, by lower-case name
 */
record Question(
        Credential credential,
        String target,
        InetAddress client,
        String method,
        RequestTarget requestTarget,
        Optional<String> upgrade,
        Optional<KubernetesAction> kubernetes,
        Optional<Impersonation> impersonation,
        Map<String, List<String>> headers)
        implements RequestView {

    @Override
    public String path() {
        return requestTarget.path();
    }

    @Override
    public InetAddress clientAddress() {
        return client;
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), List.of());
    }

    /** Who it is. @throws RefusedException when nobody vouches for the credential */
    AuthenticationChain.Proven prove(Route route) {
        return route.authentication().prove(credential, this);
    }

    /** As whom the upstream is to see them. */
    Identity outward(AuthenticationChain.Proven proven) {
        return impersonation.map(wanted -> wanted.outward(proven.identity())).orElse(proven.identity());
    }

    /**
     * Whether they may be taken for whom they want, and whether that one may: allow, deny, invalid or
     * unavailable.
     *
     * @throws RefusedException when they may not be taken for somebody else
     */
    Decision decide(Route route, AuthenticationChain.Proven proven) {
        if (impersonation.isEmpty()) {
            return decideInBothReadings(route, proven.identity(), proven.authenticator());
        }
        ImpersonationCheck.require(
                impersonation.get(),
                path(),
                action -> decide(route, proven.identity(), proven.authenticator(), Optional.of(action)),
                ImpersonationCheck.PATIENCE);
        return decideInBothReadings(route, impersonation.get().judged(proven.identity()), proven.authenticator());
    }

    /**
     * Some upstreams take an encoded slash for a slash, and some for a part of a name: a request with one is allowed when
     * it is in both readings.
     */
    private Decision decideInBothReadings(Route route, Identity identity, String authenticator) {
        Decision decision = decide(route, identity, authenticator, kubernetes);
        boolean another = requestTarget.hasEncodedSlash() && decision instanceof Decision.Allow;
        if (!another) {
            return decision;
        }
        Decision decoded = decide(route, identity, authenticator, kubernetes, requestTarget.pathWithSlashes());
        return decoded instanceof Decision.Allow ? decision : decoded;
    }

    private Decision decide(Route route, Identity identity, String authenticator, Optional<KubernetesAction> action) {
        return decide(route, identity, authenticator, action, requestTarget.path());
    }

    private Decision decide(
            Route route, Identity identity, String authenticator, Optional<KubernetesAction> action, String path) {
        return route.authorization()
                .decide(new AccessRequest(
                        identity,
                        authenticator,
                        client,
                        target,
                        method,
                        path,
                        requestTarget.query(),
                        upgrade,
                        headers,
                        action));
    }
}
