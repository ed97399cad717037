package io.gatehouse.plugin.kubernetes.review;

/** The request lacks what its attributes are made of, or has it in a form that names something else. */
final class InvalidRequest extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message for the client, without what it sent */
    InvalidRequest(String message) {
        super(message, null, false, false);
    }
}
