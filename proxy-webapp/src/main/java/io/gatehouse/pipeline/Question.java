package io.gatehouse.pipeline;

import io.gatehouse.request.PathPattern;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Decision;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import io.gatehouse.spi.RequestView;
import io.gatehouse.target.EntryRules;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is judged about a request: enough to judge it again while it lasts, after the rules have changed. Holds the
 * credential for that, in memory only.
 *
 * @param credential what was offered
 * @param target the target's name
 * @param host the host that was asked for, lower case, without a port
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
        String host,
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
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** Whether the target takes such a request at all. @throws RefusedException when it does not */
    void enter(Route route) {
        String action = upgrade.isPresent() ? EntryRules.UPGRADE : method;
        route.entry()
                .refusal(host, action, path())
                .or(() -> requestTarget.hasEncodedSlash()
                        ? route.entry().refusal(host, action, requestTarget.pathWithSlashes())
                        : Optional.empty())
                .ifPresent(refusal -> {
                    throw refusal.status() == 404
                            ? new RefusedException(404, "not-found", refusal.rule(), "no such path is served here")
                            : new RefusedException(
                                    403, "deny", refusal.rule(), "this target does not take such a request");
                });
    }

    /** Whether anybody may have it without a login. */
    boolean isIgnored(Route route) {
        return ignored(route).isPresent();
    }

    private Optional<PathPattern> ignored(Route route) {
        return requestTarget.hasEncodedSlash()
                ? Optional.empty()
                : route.entry().ignored(path());
    }

    /** Who it is; nobody is asked about a path that is ignored. @throws RefusedException when nobody vouches for it */
    AuthenticationChain.Proven prove(Route route) {
        if (isIgnored(route)) {
            if (impersonation.isPresent()) {
                throw new RefusedException(
                        403, "deny", "ignore-paths: nobody may impersonate", "nobody may impersonate here");
            }
            return new AuthenticationChain.Proven(AuthenticationChain.ANONYMOUS, "ignore-paths");
        }
        return route.authentication().prove(credential, this, verbs());
    }

    /**
     * All that it does. Who is taken for somebody else may more than the verb says, and a WebSocket through a proxy of the
     * API server is a GET, but may be a shell ({@code nodes/<name>/proxy/exec}).
     */
    private Set<String> verbs() {
        Set<String> verbs = new LinkedHashSet<>();
        if (kubernetes.isPresent()) {
            verbs.add(kubernetes.get().verb());
            if (upgrade.isPresent() && kubernetes.get().subresource().equals("proxy")) {
                verbs.add("create");
            }
        } else {
            verbs.add(upgrade.isPresent() ? "upgrade" : method.toLowerCase(Locale.ROOT));
        }
        if (impersonation.isPresent()) {
            verbs.add("impersonate");
        }
        return verbs;
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
        Optional<PathPattern> ignored = ignored(route);
        if (ignored.isPresent()) {
            return Decision.allow("ignore-paths: " + ignored.get());
        }
        if (proven.narrowed().isPresent()) {
            return Decision.deny(proven.narrowed().get());
        }
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
