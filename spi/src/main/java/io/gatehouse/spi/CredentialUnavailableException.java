package io.gatehouse.spi;

/** The host can not authenticate itself to an upstream now. The message is for the log and holds no secret. */
public final class CredentialUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    public CredentialUnavailableException(String message) {
        super(message);
    }

    public CredentialUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
