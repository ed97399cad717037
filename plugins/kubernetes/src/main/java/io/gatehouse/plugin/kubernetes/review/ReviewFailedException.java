package io.gatehouse.plugin.kubernetes.review;

/** There is no answer that could be used. Shared by all who waited for it, so it has no stack trace. */
final class ReviewFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean down;

    private ReviewFailedException(String message, boolean down) {
        super(message, null, false, false);
        this.down = down;
    }

    /** The API server did not answer, or answered that it can not. */
    static ReviewFailedException down(String message) {
        return new ReviewFailedException(message, true);
    }

    /** It answered something that means nothing. */
    static ReviewFailedException unusable(String message) {
        return new ReviewFailedException(message, false);
    }

    /** It was not asked, as it is asked too much. */
    static ReviewFailedException notAsked(String message) {
        return new ReviewFailedException(message, false);
    }

    /** Whether an older answer may stand in, where the administrator said so. */
    boolean isDown() {
        return down;
    }
}
