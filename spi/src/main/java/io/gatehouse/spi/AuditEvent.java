package io.gatehouse.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One line of the record. A request leaves one {@link Kind#CLOSE}; one that lasts (a watch, an exec) leaves an
 * {@link Kind#OPEN} when it begins, too, with the same request id.
 *
 * @param sequence grows by one with every event of a run of the host
 * @param run names the run: together with {@code sequence} it is unique
 * @param kind open or close
 * @param requestId names the request, also in answers and logs
 * @param time when the event happened
 * @param subject who, as far as it was proven
 * @param request what was asked
 * @param verdict what was decided
 * @param completion how it ended; present in a close
 */
public record AuditEvent(
        long sequence,
        String run,
        Kind kind,
        String requestId,
        Instant time,
        Optional<Subject> subject,
        Request request,
        Verdict verdict,
        Optional<Completion> completion) {

    /** Which end of a request an event stands for. */
    public enum Kind {
        OPEN,
        CLOSE
    }

    /**
     * Who asked.
     *
     * @param user the identity's user
     * @param uid its uid, or empty
     * @param groups its groups
     * @param method how it was proven
     * @param authenticator by which authenticator of the configuration; for what stands for an earlier login, by which that
     *     was
     * @param credential what stood for an earlier login: {@code session}, or {@code api-token} and the token's id; empty
     *     when the request brought the proof itself
     * @param impersonated as whom the request was judged and sent on instead; empty when as the user
     */
    public record Subject(
            String user,
            String uid,
            List<String> groups,
            String method,
            String authenticator,
            String credential,
            String impersonated) {
        public Subject {
            groups = List.copyOf(groups);
        }
    }

    /**
     * What was asked; secrets are masked already.
     *
     * @param clientAddress the client, as the trusted proxies tell it
     * @param target the target's name, or empty where none was found
     * @param method the HTTP method as it was sent
     * @param path the path as it was sent
     * @param query the query as it was sent, with sensitive values masked; or empty
     * @param protocol such as {@code HTTP/1.1}
     * @param upgrade {@code websocket} or {@code spdy/3.1} where a stream was asked for, or empty
     * @param userAgent as it was sent, or empty
     * @param kubernetes what it means to Kubernetes, where the target is one
     */
    public record Request(
            String clientAddress,
            String target,
            String method,
            String path,
            String query,
            String protocol,
            String upgrade,
            String userAgent,
            Optional<KubernetesAction> kubernetes) {}

    /**
     * What was decided.
     *
     * @param decision {@code allow}, {@code deny}, {@code unauthenticated}, {@code invalid} (refused by the guard),
     *     {@code unavailable}, {@code not-found} or {@code own} (a page of the host's)
     * @param reason why: a rule's file and line, or what was wrong
     */
    public record Verdict(String decision, String reason) {}

    /**
     * How it ended.
     *
     * @param status what the client was answered; 0 when it left before an answer
     * @param bytesIn bytes of body or stream from the client
     * @param bytesOut bytes of body or stream to the client
     * @param duration from the first byte of the head
     * @param end {@code complete}, or what cut it short
     */
    public record Completion(int status, long bytesIn, long bytesOut, Duration duration, String end) {}
}
