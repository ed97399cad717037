package io.gatehouse.spi;

/** A cluster did not answer, and why; the message names the target and holds no secret. */
public final class ClusterUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message which target did not answer, and why; without a secret */
    public ClusterUnavailableException(String message) {
        super(message);
    }

    /** @param cause for the log, as the message is; without a secret either */
    public ClusterUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
