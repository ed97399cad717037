package io.gatehouse.plugin.github;

/** It was asked, and the answer is no. The message is for the record and the log. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(String reason) {
        super(reason);
    }
}
