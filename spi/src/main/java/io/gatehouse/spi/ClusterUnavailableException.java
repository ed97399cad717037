package io.gatehouse.spi;

/** A cluster did not answer, and why; the message names the target and holds no secret. */
public final class ClusterUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    public ClusterUnavailableException(String message) {
        super(message);
    }

    public ClusterUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
