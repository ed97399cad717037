package io.gatehouse.pipeline;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A target's authenticators, asked in order until one knows the credential; its word is final. */
public final class AuthenticationChain {

    /** Who nobody vouches for, as kube-apiserver calls them. */
    static final Identity ANONYMOUS =
            Identity.of("system:anonymous", "anonymous").withGroups(List.of("system:unauthenticated"));

    /** An authenticator with the administrator's name for it. */
    public record Link(String name, Authenticator authenticator, PluginCall call) {}

    /** Who it is, and who said so. */
    record Proven(Identity identity, String authenticator) {}

    private final List<Link> links;
    private final boolean anonymous;

    /** @param anonymous whether a request without any credential may pass as nobody */
    public AuthenticationChain(List<Link> links, boolean anonymous) {
        this.links = List.copyOf(links);
        this.anonymous = anonymous;
    }

    /** Whether a request without a credential may pass as nobody. */
    public boolean admitsAnybody() {
        return anonymous;
    }

    /**
     * Asks.
     *
     * @throws RefusedException when nobody vouches for the credential
     */
    Proven prove(Credential credential, RequestView view) {
        if (credential instanceof Credential.None) {
            if (anonymous) {
                return new Proven(ANONYMOUS, "anonymous");
            }
            throw unauthenticated("no credential");
        }
        for (Link link : links) {
            AuthenticationResult result = link.call()
                    .call(() -> link.authenticator().authenticate(credential, view), AuthenticationResult::unavailable);
            if (result instanceof AuthenticationResult.Authenticated authenticated) {
                Optional<String> fault = IdentityRules.fault(authenticated.identity());
                if (fault.isPresent()) {
                    throw unauthenticated(link.name() + " gave an identity that can not be used: " + fault.get());
                }
                return new Proven(authenticated.identity(), link.name());
            }
            if (result instanceof AuthenticationResult.Rejected rejected) {
                throw unauthenticated(link.name() + ": " + rejected.reason());
            }
            if (result instanceof AuthenticationResult.Unavailable unavailable) {
                throw new RefusedException(
                        503,
                        "unavailable",
                        link.name() + ": " + unavailable.reason(),
                        "the login can not be checked at the moment");
            }
        }
        throw unauthenticated("no authenticator of this target knows the credential");
    }

    /** A 401 with the challenge of every authenticator, so that a client sees all its ways in. */
    RefusedException unauthenticated(String reason) {
        List<Header> challenges = new ArrayList<>();
        for (Link link : links) {
            link.call()
                    .call(() -> link.authenticator().challenge(), failed -> Optional.<String>empty())
                    .ifPresent(challenge -> challenges.add(new Header("WWW-Authenticate", challenge)));
        }
        return new RefusedException(401, "unauthenticated", reason, "Unauthorized", challenges);
    }
}
