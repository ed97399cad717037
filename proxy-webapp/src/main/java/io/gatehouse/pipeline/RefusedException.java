package io.gatehouse.pipeline;

import java.util.List;

/**
 * The pipeline ends here. Carries what the record says and what the client is told, which are not the same.
 */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String decision;
    private final String reason;
    private final transient List<String> challenges;

    /**
     * @param status of the answer
     * @param decision for the record: {@code invalid}, {@code unauthenticated}, {@code deny}, …
     * @param reason for the record and the log
     * @param message for the client
     */
    RefusedException(int status, String decision, String reason, String message) {
        this(status, decision, reason, message, List.of());
    }

    RefusedException(int status, String decision, String reason, String message, List<String> challenges) {
        super(message, null, false, false);
        this.status = status;
        this.decision = decision;
        this.reason = reason;
        this.challenges = List.copyOf(challenges);
    }

    int status() {
        return status;
    }

    String decision() {
        return decision;
    }

    String reason() {
        return reason;
    }

    /** {@code WWW-Authenticate} values. */
    List<String> challenges() {
        return challenges;
    }
}
