package io.gatehouse.plugin.kubernetes;

/** One context can not be used; the others can. The message is one line without a secret. */
final class UnusableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
        super(message);
    }
}
