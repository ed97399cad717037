package io.gatehouse.proxy;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.request.RequestTarget;
import io.gatehouse.spi.Header;
import io.gatehouse.target.Target;
import io.gatehouse.target.WebRules;
import java.net.InetAddress;
import java.util.List;

/**
 * A request that was judged and may go to its target.
 *
 * @param record where bytes are counted
 * @param target where it goes
 * @param requestTarget what it asks for inside the target: the bytes that were judged
 * @param prefix what was cut off in front; empty on a host name of its own
 * @param identityHeaders who is asking, in the target's terms
 * @param managed the names that the client may not set
 * @param client the client's address
 * @param clientScheme {@code http} or {@code https}, as the client sees it
 * @param clientHost the host and port that the client asked for
 * @param web how a web application behind the target is served
 * @param lasting whether it may last: it has its own pool then, and its own bounds
 * @param cancellation ends it from outside
 */
public record Exchange(
        RequestRecord record,
        Target target,
        RequestTarget requestTarget,
        String prefix,
        List<Header> identityHeaders,
        ManagedHeaders managed,
        InetAddress client,
        String clientScheme,
        String clientHost,
        WebRules web,
        boolean lasting,
        Cancellation cancellation) {

    /** The request line's target for the upstream. */
    public String upstreamTarget() {
        return target.basePath() + requestTarget.rawPath() + requestTarget.querySuffix();
    }
}
