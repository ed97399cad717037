package io.gatehouse.spi;

/** The host can not authenticate itself to an upstream now. The message is for the log and holds no secret. */
public final class CredentialUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what is missing or has failed; without a secret */
    public CredentialUnavailableException(String message) {
        super(message);
    }

    /** @param cause for the log, as the message is; without a secret either */
    public CredentialUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
