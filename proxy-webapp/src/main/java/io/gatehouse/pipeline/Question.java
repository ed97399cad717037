package io.gatehouse.pipeline;

import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
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

    /** Whether they may: allow, deny or unavailable. */
    Decision decide(Route route, AuthenticationChain.Proven proven) {
        return route.authorization()
                .decide(new AccessRequest(
                        proven.identity(),
                        proven.authenticator(),
                        client,
                        target,
                        method,
                        requestTarget.path(),
                        requestTarget.query(),
                        upgrade,
                        headers,
                        kubernetes));
    }
}
