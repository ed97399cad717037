package io.gatehouse.pipeline;

import io.gatehouse.spi.Header;
import io.gatehouse.spi.KubernetesAction;
import java.util.List;
import java.util.Optional;

/**
 * The pipeline ends here. Carries what the record says and what the client is told, which are not the same.
 */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String decision;
    private final String reason;
    private final transient List<Header> headers;
    private final transient Optional<KubernetesAction> action;

    /**
     * @param status of the answer
     * @param decision for the record: {@code invalid}, {@code unauthenticated}, {@code deny}, …
     * @param reason for the record and the log
     * @param message for the client
     */
    RefusedException(int status, String decision, String reason, String message) {
        this(status, decision, reason, message, List.of(), Optional.empty());
    }

    /** @param action what is refused, where it is not the request itself */
    RefusedException(int status, String decision, String reason, String message, KubernetesAction action) {
        this(status, decision, reason, message, List.of(), Optional.of(action));
    }

    /** @param headers of the answer */
    RefusedException(int status, String decision, String reason, String message, List<Header> headers) {
        this(status, decision, reason, message, headers, Optional.empty());
    }

    private RefusedException(
            int status,
            String decision,
            String reason,
            String message,
            List<Header> headers,
            Optional<KubernetesAction> action) {
        super(message, null, false, false);
        this.status = status;
        this.decision = decision;
        this.reason = reason;
        this.headers = List.copyOf(headers);
        this.action = action;
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

    /** What is refused, where it is not the request itself. */
    Optional<KubernetesAction> action() {
        return action;
    }

    /** What the answer has besides its text. */
    List<Header> headers() {
        return headers;
    }
}
