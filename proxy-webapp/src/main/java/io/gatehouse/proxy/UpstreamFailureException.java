package io.gatehouse.proxy;

import java.io.IOException;

/** The upstream gave no usable answer. The message is for the client: it names the target, never an address. */
public class UpstreamFailureException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status 502, 503 or 504
     * @param cause what happened, for the log
     */
    public UpstreamFailureException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
