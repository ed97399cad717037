package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is known of one request so far. The pipeline writes into it as it learns; {@link #close} makes the one record of
 * it, whoever calls it first and how often.
 */
public final class RequestRecord {

    private final AuditTrail trail;
    private final String id;
    private final Instant time;
    private final long began = System.nanoTime();
    private final AtomicBoolean closed = new AtomicBoolean();
    private String clientAddress = "";
    private String target = "";
    private String method = "";
    private String path = "";
    private String query = "";
    private String protocol = "";
    private String upgrade = "";
    private String userAgent = "";
    private Optional<KubernetesAction> kubernetes = Optional.empty();
    private Optional<AuditEvent.Subject> subject = Optional.empty();
    private AuditEvent.Verdict verdict = new AuditEvent.Verdict("invalid", "");
    private volatile int answered;
    private volatile long bytesIn;
    private volatile long bytesOut;

    RequestRecord(AuditTrail trail, String id, Instant time) {
        this.trail = trail;
        this.id = id;
        this.time = time;
    }

    /** Names the request in the record, in logs, and towards a Kubernetes upstream. */
    public String id() {
        return id;
    }

    /** What stood in the head. */
    public void head(String newMethod, String newPath, String newQuery, String newProtocol, String newUserAgent) {
        method = newMethod;
        path = newPath;
        query = newQuery;
        protocol = newProtocol;
        userAgent = newUserAgent;
    }

    public void client(String address) {
        clientAddress = address;
    }

    public void target(String name) {
        target = name;
    }

    public void upgrade(String protocolName) {
        upgrade = protocolName;
    }

    public void kubernetes(KubernetesAction action) {
        kubernetes = Optional.of(action);
    }

    /** Says who asks. @param credential what stands for an earlier login; empty for nothing */
    public void subject(Identity identity, String authenticator, String credential) {
        subject = Optional.of(new AuditEvent.Subject(
                identity.user(),
                identity.uid().orElse(""),
                identity.groups(),
                identity.method(),
                authenticator,
                credential,
                ""));
    }

    /** Says as whom the subject asked to be taken. */
    public void impersonated(String user) {
        subject = subject.map(known -> new AuditEvent.Subject(
                known.user(),
                known.uid(),
                known.groups(),
                known.method(),
                known.authenticator(),
                known.credential(),
                user));
    }

    public void verdict(String decision, String reason) {
        verdict = new AuditEvent.Verdict(decision, reason);
    }

    /** Says with which status the client is being answered. */
    public void answered(int status) {
        answered = status;
    }

    /** The status that the client is being answered with; 0 before there is one. */
    public int answered() {
        return answered;
    }

    public void addBytesIn(long bytes) {
        bytesIn += bytes; // one thread at a time carries a body
    }

    public void addBytesOut(long bytes) {
        bytesOut += bytes;
    }

    /**
     * Records that a request begins that lasts.
     *
     * @return false when there is no room in the record: the request must be refused
     */
    public boolean open() {
        if (!trail.take()) {
            return false;
        }
        trail.offer(event(AuditEvent.Kind.OPEN, trail.clock().instant(), Optional.empty()));
        return true;
    }

    /**
     * Records the end; only the first call counts.
     *
     * @param status what the client was answered; 0 for nothing
     * @param end {@code complete}, or what cut it short
     */
    public void close(int status, String end) {
        if (closed.compareAndSet(false, true)) {
            Duration duration = Duration.ofNanos(System.nanoTime() - began);
            trail.offer(event(
                    AuditEvent.Kind.CLOSE,
                    time.plus(duration),
                    Optional.of(new AuditEvent.Completion(
                            status, bytesIn, bytesOut, duration, new ShortText().name(end)))));
        }
    }

    public boolean isClosed() {
        return closed.get();
    }

    private AuditEvent event(AuditEvent.Kind kind, Instant when, Optional<AuditEvent.Completion> completion) {
        Masking masking = trail.masking();
        Optional<AuditEvent.Subject> who = subject.map(known -> shortened(known, new ShortText()));
        ShortText bound = new ShortText();
        AuditEvent.Verdict decided = new AuditEvent.Verdict(verdict.decision(), bound.text(verdict.reason()));
        AuditEvent.Request request = new AuditEvent.Request(
                bound.name(clientAddress),
                bound.name(target),
                bound.name(method),
                masking.text(bound.text(path)),
                masking.query(bound.text(query)),
                bound.name(protocol),
                bound.name(upgrade),
                masking.text(bound.name(userAgent)),
                kubernetes.map(action -> masked(action, masking, bound)));
        return new AuditEvent(0, trail.run(), kind, id, when, who, request, decided, completion);
    }

    private static AuditEvent.Subject shortened(AuditEvent.Subject subject, ShortText bound) {
        String user = bound.name(subject.user());
        String uid = bound.name(subject.uid());
        String method = bound.name(subject.method());
        String authenticator = bound.name(subject.authenticator());
        String credential = bound.name(subject.credential());
        String impersonated = bound.name(subject.impersonated());
        List<String> groups = bound.names(subject.groups()); // last: the only ones of which there may be too many
        return new AuditEvent.Subject(user, uid, groups, method, authenticator, credential, impersonated);
    }

    private static KubernetesAction masked(KubernetesAction action, Masking masking, ShortText bound) {
        return new KubernetesAction(
                action.resourceRequest(),
                bound.name(action.verb()),
                masking.text(bound.name(action.apiGroup())),
                masking.text(bound.name(action.apiVersion())),
                masking.text(bound.name(action.namespace())),
                masking.text(bound.name(action.resource())),
                masking.text(bound.name(action.subresource())),
                masking.text(bound.name(action.name())),
                masking.text(bound.text(action.path())),
                masking.text(bound.text(action.fieldSelector())),
                masking.text(bound.text(action.labelSelector())));
    }
}
