package io.gatehouse.spi;

import java.util.Optional;

/** How the host authenticates itself to an upstream. Called by many requests at once. */
public interface TargetCredential {

    /**
     * The credential that is good now. The host keeps it until {@link UpstreamCredential#expires} and asks again then,
     * one call at a time; the call may wait for a helper program within bounds of its own.
     *
     * @throws CredentialUnavailableException when there is none: the request ends as 502, never without credentials
     */
    UpstreamCredential current() throws CredentialUnavailableException;

    /** The upstream wants none. */
    static TargetCredential none() {
        return () -> new UpstreamCredential(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
