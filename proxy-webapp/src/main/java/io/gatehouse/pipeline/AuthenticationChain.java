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
import java.util.Set;
import java.util.function.Function;

/** A target's authenticators, asked in order until one knows the credential; its word is final. */
public final class AuthenticationChain {

    /** Who nobody vouches for, as kube-apiserver calls them. */
    static final Identity ANONYMOUS =
            Identity.of("system:anonymous", "anonymous").withGroups(List.of("system:unauthenticated"));

    /** An authenticator with the administrator's name for it. */
    public record Link(String name, Authenticator authenticator, PluginCall call) {}

    /**
     * Who it is, who said so, why the credential is not good for the request although it holds, and which earlier login it
     * stands for.
     */
    public record Proven(
            Identity identity, String authenticator, Optional<String> narrowed, Optional<EarlierProof> earlier) {
        Proven(Identity identity, String authenticator) {
            this(identity, authenticator, Optional.empty(), Optional.empty());
        }
    }

    private final List<Link> links;
    private final boolean anonymous;
    private final Function<String, Optional<String>> shutOut;

    /** @param anonymous whether a request without any credential may pass as nobody */
    public AuthenticationChain(List<Link> links, boolean anonymous) {
        this(links, anonymous, user -> Optional.empty());
    }

    /** @param shutOut why a person is not let in, whoever vouches for them */
    public AuthenticationChain(List<Link> links, boolean anonymous, Function<String, Optional<String>> shutOut) {
        this.links = List.copyOf(links);
        this.anonymous = anonymous;
        this.shutOut = shutOut;
    }

    /** Whether an authenticator of this name is asked. */
    public boolean takes(String authenticator) {
        return links.stream().anyMatch(link -> link.name().equals(authenticator));
    }

    /** Whether a request without a credential may pass as nobody. */
    public boolean admitsAnybody() {
        return anonymous;
    }

    /**
     * Asks.
     *
     * @param verbs what the request does, for credentials that are good for some of it only
     * @throws RefusedException when nobody vouches for the credential
     */
    public Proven prove(Credential credential, RequestView view, Set<String> verbs) {
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
                Optional<String> out = shutOut.apply(authenticated.identity().user());
                if (out.isPresent()) {
                    throw unauthenticated(link.name() + ": the person is " + out.get());
                }
                Optional<String> narrowed = link.authenticator() instanceof NarrowedAuthenticator own
                        ? own.narrowed(credential, view, verbs)
                        : Optional.empty();
                Optional<EarlierProof> earlier = link.authenticator() instanceof EarlierProof.Keeper own
                        ? own.earlierProof(credential)
                        : Optional.empty();
                return new Proven(authenticated.identity(), link.name(), narrowed, earlier);
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
    public RefusedException unauthenticated(String reason) {
        List<Header> challenges = new ArrayList<>();
        for (Link link : links) {
            link.call()
                    .call(() -> link.authenticator().challenge(), failed -> Optional.<String>empty())
                    .ifPresent(challenge -> challenges.add(new Header("WWW-Authenticate", challenge)));
        }
        return new RefusedException(401, "unauthenticated", reason, "Unauthorized", challenges);
    }
}
