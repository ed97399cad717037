package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Numbers the events of a run, and makes those that are the host's own. Belongs to the audit thread. */
final class Numbering {

    private final String run;
    private final Clock clock;
    private long sequence;

    Numbering(String run, Clock clock) {
        this.run = run;
        this.clock = clock;
    }

    String run() {
        return run;
    }

    AuditEvent numbered(AuditEvent event) {
        return new AuditEvent(
                ++sequence,
                run,
                event.kind(),
                event.requestId(),
                event.time(),
                event.subject(),
                event.request(),
                event.verdict(),
                event.completion());
    }

    /** The end of a stream that another run left open. */
    AuditEvent end(AuditEvent open) {
        return close(
                open.requestId(),
                open.subject(),
                open.request(),
                open.verdict(),
                0,
                "unknown: Gatehouse stopped before it ended");
    }

    /**
     * The record that says how many requests were turned away unrecorded.
     *
     * @param count since the last such record
     * @param all since the start
     */
    AuditEvent gap(long count, long all) {
        return close(
                run + "-refused-" + all,
                Optional.empty(),
                new AuditEvent.Request("", "", "", "", "", "", "", "", Optional.empty()),
                new AuditEvent.Verdict(
                        "unavailable", count + " requests were refused with 503 while the record had no room"),
                503,
                "complete");
    }

    private AuditEvent close(
            String requestId,
            Optional<AuditEvent.Subject> subject,
            AuditEvent.Request request,
            AuditEvent.Verdict verdict,
            int status,
            String end) {
        return new AuditEvent(
                ++sequence,
                run,
                AuditEvent.Kind.CLOSE,
                requestId,
                clock.instant(),
                subject,
                request,
                verdict,
                Optional.of(new AuditEvent.Completion(status, 0, 0, Duration.ZERO, end)));
    }
}
