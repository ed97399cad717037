package io.gatehouse.cli;

/** A login came to nothing; the message is one line for the person. */
final class LoginFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LoginFailedException(String message) {
        super(message, null, false, false);
    }
}
