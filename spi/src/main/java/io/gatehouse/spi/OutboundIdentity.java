package io.gatehouse.spi;

import java.util.List;

/** What an {@link UpstreamIdentity} makes of an identity. */
public sealed interface OutboundIdentity {

    /** Sent to the upstream, in order. */
    record Headers(List<Header> headers) implements OutboundIdentity {
        public Headers {
            headers = List.copyOf(headers);
        }
    }

    /**
     * This identity can not be told without changing its meaning, as with a control character in a name.
     *
     * @param reason for the record and the log
     */
    record Refused(String reason) implements OutboundIdentity {}
}
