package io.gatehouse.plugin.oidc;

/** A token of our issuer that does not hold. The message is for the record, and repeats nothing of a secret. */
final class RefusedTokenException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedTokenException(String reason) {
        super(reason, null, false, false);
    }
}
