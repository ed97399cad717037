package io.gatehouse.proxy;

import java.io.IOException;

/** A body broke off after its head was sent: the client's connection must be cut, so that it does not look complete. */
public final class TruncatedResponseException extends IOException {

    private static final long serialVersionUID = 1L;

    public TruncatedResponseException(String message, Throwable cause) {
        super(message, cause);
    }
}
