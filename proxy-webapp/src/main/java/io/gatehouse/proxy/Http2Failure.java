package io.gatehouse.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.RetryableStreamException;

/**
 * Why a stream over HTTP/2 has failed, if it has, and whether its request may be sent once more. The first reason counts.
 */
final class Http2Failure {

    private final Runnable onFailure;
    private volatile Exception cause;
    private volatile boolean unsent;
    private volatile boolean unprocessed;

    /** The whole connection broke. */
    private static final class Lost extends IOException {

        private static final long serialVersionUID = 1L;

        Lost(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @param onFailure wakes whoever waits */
    Http2Failure(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    void because(Exception newCause) {
        synchronized (this) {
            if (cause == null) {
                cause = newCause;
            }
        }
        onFailure.run();
    }

    /** The stream was not opened. @param nothingLeft whether not even the head of the request was sent */
    void notOpened(boolean nothingLeft, Throwable why) {
        unsent = nothingLeft;
        because(new IOException("the stream can not be opened", why));
    }

    void reset(int error) {
        unprocessed |= error == ErrorCode.REFUSED_STREAM_ERROR.code;
        because(new IOException("the upstream reset the stream, error " + error));
    }

    void connectionFailed(int error, Throwable why) {
        unprocessed |= why instanceof RetryableStreamException;
        because(new Lost("the connection failed, error " + error, why));
    }

    /** Nobody answers at the other end of the connection. */
    void connectionIsDead() {
        because(new Lost("nobody answers", new SocketTimeoutException("the connection is dead")));
    }

    boolean isThere() {
        return cause != null;
    }

    /** Whether nothing of the request has left. */
    boolean isUnsent() {
        return unsent;
    }

    /**
     * Whether the upstream says, or its connection's end lets one think, that it has not begun with it.
     *
     * @param reused whether the connection had carried out something before
     */
    boolean isLost(boolean reused) {
        return unprocessed || unsent || cause instanceof Lost && reused;
    }

    /** Throws it, if it is there. */
    void throwIfThere() throws IOException {
        Exception here = cause;
        if (here instanceof ClientGoneException) {
            throw new ClientGoneException(here.getMessage(), here.getCause());
        }
        if (here != null && here.getCause() instanceof SocketTimeoutException) {
            SocketTimeoutException timeOut = new SocketTimeoutException(here.getMessage());
            timeOut.initCause(here);
            throw timeOut;
        }
        if (here != null) {
            throw new IOException(here.getMessage(), here);
        }
    }
}
