package io.gatehouse.spi;

/**
 * Calls to the API servers behind Gatehouse's targets, such as reviews: over the connections, TLS and credentials that the
 * host has for the target, never those of a caller. Safe for many threads; a call holds the calling thread for ten seconds
 * at the most.
 */
public interface ClusterCalls {

    /**
     * What came back.
     *
     * @param status the HTTP status, of whatever kind
     * @param body as UTF-8, one MiB at the most
     */
    record Answer(int status, String body) {}

    /**
     * Posts JSON.
     *
     * @param target the name of a Kubernetes target
     * @param path absolute, as {@code /apis/authentication.k8s.io/v1/tokenreviews}; the target's own base path goes before
     *     it
     * @throws ClusterUnavailableException when there is no such target, no credential, no answer in time, too large a one,
     *     or too many calls to this target are under way; nothing is known then, so nothing may be granted
     */
    Answer post(String target, String path, String json) throws ClusterUnavailableException;
}
