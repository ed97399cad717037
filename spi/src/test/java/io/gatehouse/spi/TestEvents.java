package io.gatehouse.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Audit events for tests. */
public final class TestEvents {

    public static final Instant TIME = Instant.parse("2026-06-01T12:00:00.123456Z");

    private TestEvents() {}

    public static AuditEvent close(long sequence) {
        return event(sequence, AuditEvent.Kind.CLOSE, "request-" + sequence, "/api");
    }

    public static AuditEvent open(long sequence) {
        return event(sequence, AuditEvent.Kind.OPEN, "request-" + sequence, "/api");
    }

    public static AuditEvent closeOf(AuditEvent open, long sequence) {
        return event(sequence, AuditEvent.Kind.CLOSE, open.requestId(), "/api");
    }

    /** Everything is there, and {@code path} is wherever a text goes. */
    public static AuditEvent event(long sequence, AuditEvent.Kind kind, String requestId, String path) {
        return new AuditEvent(
                sequence,
                "run-1",
                kind,
                requestId,
                TIME,
                Optional.of(new AuditEvent.Subject(
                        "alice", "42", List.of("dev", "ops"), "basic", "staff", "session", "bob")),
                new AuditEvent.Request(
                        "10.0.0.1",
                        "prod",
                        "GET",
                        path,
                        "watch=1",
                        "HTTP/1.1",
                        "",
                        "kubectl",
                        Optional.of(new KubernetesAction(
                                true, "watch", "apps", "v1", "zoo", "pods", "log", "lion", path, "a=b", "c=d"))),
                new AuditEvent.Verdict("allow", "policy.csv:7"),
                kind == AuditEvent.Kind.OPEN
                        ? Optional.empty()
                        : Optional.of(new AuditEvent.Completion(200, 1, 2, Duration.ofMillis(3), "complete")));
    }
}
