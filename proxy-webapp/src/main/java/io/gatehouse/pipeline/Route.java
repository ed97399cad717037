package io.gatehouse.pipeline;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.target.EntryRules;
import io.gatehouse.target.Target;
import io.gatehouse.target.WebRules;
import java.util.Optional;

/**
 * A target with those who judge requests for it.
 *
 * @param target the upstream
 * @param broken why it answers 503, when a part that it needs is missing
 * @param authentication who is it
 * @param authorization may they
 * @param identity as whom the upstream sees them
 * @param identityCall the way into that plugin
 * @param managed the header names that a client may not set
 * @param declaredHeaders the header fields that its plugins have asked to see
 * @param prefix the path that it is served under, or empty
 * @param ownOrigin whether it is served on a host name of its own
 * @param impersonation whether a request may want to be taken for somebody else
 * @param entry what is taken at all, whoever asks
 * @param sharedOrigin whether browsers may use what they send by themselves on a shared origin
 * @param web how a web application behind it is served
 */
public record Route(
        Target target,
        Optional<String> broken,
        AuthenticationChain authentication,
        AuthorizationChain authorization,
        UpstreamIdentity identity,
        PluginCall identityCall,
        ManagedHeaders managed,
        DeclaredHeaders declaredHeaders,
        String prefix,
        boolean ownOrigin,
        boolean impersonation,
        EntryRules entry,
        boolean sharedOrigin,
        WebRules web) {}
