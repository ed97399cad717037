package io.gatehouse.proxy;

import java.io.IOException;

/** The client can not be written to, or its body broke off. */
public final class ClientGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    public ClientGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
