package io.gatehouse.tunnel;

import java.io.IOException;

/** An upgrade that did not come about. Its message names no header value and may be logged, but is not for clients. */
public final class UpgradeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and the status that fits as the answer to the client. */
    public enum Reason {
        /** The client's upgrade has a body. */
        REQUEST_HAS_BODY(400),
        /** Name resolution or the TCP connection failed. */
        CONNECT_FAILED(502),
        /** The TLS handshake failed: untrusted or wrong certificate, no common version. */
        TLS_FAILED(502),
        /** No connection, or no complete answer, within its time. */
        TIMED_OUT(504),
        /** What the upstream answered is not acceptable HTTP/1.1, or is too large, or ended early. */
        BAD_ANSWER(502),
        /** A 101 for another protocol, with a wrong key, or for a sub-protocol that was not offered. */
        BOGUS_SWITCH(502),
        /** As many tunnels are open as the limits allow, or we are closing. */
        TOO_MANY_TUNNELS(503),
        /** The servlet container is neither Tomcat nor Jetty, or one whose inside differs. */
        UNKNOWN_CONTAINER(501);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The HTTP status for the client. */
        public int status() {
            return status;
        }
    }

    private final Reason reason;

    UpgradeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    UpgradeException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Tells the kinds of failure apart. */
    public Reason reason() {
        return reason;
    }
}
