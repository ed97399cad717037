package io.gatehouse.request;

/** A request that has no single reading. The message names the part and what was expected, never its content. */
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public InvalidRequestException(String message) {
        this(400, message);
    }

    /** @param status the answer: 400, 414, 431 or 405 */
    public InvalidRequestException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
