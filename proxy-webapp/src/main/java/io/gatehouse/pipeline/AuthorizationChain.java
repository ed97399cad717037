package io.gatehouse.pipeline;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.Decision;
import java.util.List;

/**
 * A target's authorizers, combined. A deny of any wins. Then either one allow is enough or all must allow; when neither is
 * so it is refused: as invalid where one could not judge the request for what it lacks, else as unavailable where one that
 * could have allowed did not answer.
 */
public final class AuthorizationChain {

    /** An authorizer with the administrator's name for it. */
    public record Link(String name, Authorizer authorizer, PluginCall call) {}

    private final List<Link> links;
    private final boolean all;

    /** @param all whether every authorizer must allow, or one is enough */
    public AuthorizationChain(List<Link> links, boolean all) {
        this.links = List.copyOf(links);
        this.all = all;
    }

    /** Allow, deny, invalid or unavailable; never no opinion. The reason begins with the authorizer's name. */
    Decision decide(AccessRequest request) {
        Decision allow = null;
        Decision invalid = null;
        Decision unavailable = null;
        Decision silent = null;
        for (Link link : links) {
            Decision decision = link.call().call(() -> link.authorizer().authorize(request), Decision::unavailable);
            String reason = link.name() + ": " + decision.reason();
            if (decision instanceof Decision.Deny) {
                return Decision.deny(reason);
            }
            if (decision instanceof Decision.Allow) {
                allow = allow == null ? Decision.allow(reason) : allow;
            } else if (decision instanceof Decision.Invalid lacking) {
                invalid = Decision.invalid(reason, lacking.message());
            } else if (decision instanceof Decision.Unavailable) {
                unavailable = Decision.unavailable(reason);
            } else {
                silent = Decision.deny(reason);
            }
        }
        boolean everyone = invalid == null && unavailable == null && silent == null;
        boolean granted = allow != null && (!all || everyone);
        if (granted) {
            return allow;
        }
        if (invalid != null) {
            return invalid;
        }
        if (unavailable != null) {
            return unavailable;
        }
        return silent != null ? silent : Decision.deny("no authorizer");
    }
}
