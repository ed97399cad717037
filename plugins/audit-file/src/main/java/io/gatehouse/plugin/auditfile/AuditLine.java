package io.gatehouse.plugin.auditfile;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.KubernetesAction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An event as one line of JSON, and back. Every field is there; what is absent as a whole is left out. */
final class AuditLine {

    /** How the line of an open begins, so that closes need not be parsed to be told apart. */
    static final String OPEN_START = "{\"kind\":\"open\"";

    private AuditLine() {}

    /** Appends the line with its end. */
    static void write(AuditEvent event, StringBuilder text) {
        JsonWriter json = new JsonWriter(text).beginObject();
        json.field("kind", event.kind().name().toLowerCase(Locale.ROOT))
                .field("time", event.time().toString())
                .field("requestId", event.requestId())
                .field("run", event.run())
                .field("sequence", event.sequence());
        event.subject()
                .ifPresent(subject -> json.beginObject("subject")
                        .field("user", subject.user())
                        .field("uid", subject.uid())
                        .field("groups", subject.groups())
                        .field("method", subject.method())
                        .field("authenticator", subject.authenticator())
                        .field("credential", subject.credential())
                        .field("impersonated", subject.impersonated())
                        .endObject());
        writeRequest(event.request(), json);
        json.beginObject("verdict")
                .field("decision", event.verdict().decision())
                .field("reason", event.verdict().reason())
                .endObject();
        event.completion()
                .ifPresent(completion -> json.beginObject("completion")
                        .field("status", completion.status())
                        .field("bytesIn", completion.bytesIn())
                        .field("bytesOut", completion.bytesOut())
                        .field("durationMicros", completion.duration().toNanos() / 1000)
                        .field("end", completion.end())
                        .endObject());
        json.endObject();
        text.append('\n');
    }

    private static void writeRequest(AuditEvent.Request request, JsonWriter json) {
        json.beginObject("request")
                .field("clientAddress", request.clientAddress())
                .field("target", request.target())
                .field("method", request.method())
                .field("path", request.path())
                .field("query", request.query())
                .field("protocol", request.protocol())
                .field("upgrade", request.upgrade())
                .field("userAgent", request.userAgent());
        request.kubernetes()
                .ifPresent(action -> json.beginObject("kubernetes")
                        .field("resourceRequest", action.resourceRequest())
                        .field("verb", action.verb())
                        .field("apiGroup", action.apiGroup())
                        .field("apiVersion", action.apiVersion())
                        .field("namespace", action.namespace())
                        .field("resource", action.resource())
                        .field("subresource", action.subresource())
                        .field("name", action.name())
                        .field("path", action.path())
                        .field("fieldSelector", action.fieldSelector())
                        .field("labelSelector", action.labelSelector())
                        .endObject());
        json.endObject();
    }

    /** @throws RuntimeException when it is not a line of ours */
    static AuditEvent read(String line) {
        Fields event = new Fields(JsonReader.object(line));
        return new AuditEvent(
                event.number("sequence"),
                event.text("run"),
                AuditEvent.Kind.valueOf(event.text("kind").toUpperCase(Locale.ROOT)),
                event.text("requestId"),
                Instant.parse(event.text("time")),
                event.object("subject")
                        .map(subject -> new AuditEvent.Subject(
                                subject.text("user"),
                                subject.text("uid"),
                                subject.texts("groups"),
                                subject.text("method"),
                                subject.text("authenticator"),
                                subject.text("credential"),
                                subject.text("impersonated"))),
                readRequest(event.object("request").orElseThrow()),
                event.object("verdict")
                        .map(verdict -> new AuditEvent.Verdict(verdict.text("decision"), verdict.text("reason")))
                        .orElseThrow(),
                event.object("completion")
                        .map(completion -> new AuditEvent.Completion(
                                (int) completion.number("status"),
                                completion.number("bytesIn"),
                                completion.number("bytesOut"),
                                Duration.ofNanos(completion.number("durationMicros") * 1000),
                                completion.text("end"))));
    }

    private static AuditEvent.Request readRequest(Fields request) {
        return new AuditEvent.Request(
                request.text("clientAddress"),
                request.text("target"),
                request.text("method"),
                request.text("path"),
                request.text("query"),
                request.text("protocol"),
                request.text("upgrade"),
                request.text("userAgent"),
                request.object("kubernetes")
                        .map(action -> new KubernetesAction(
                                Boolean.TRUE.equals(action.values.get("resourceRequest")),
                                action.text("verb"),
                                action.text("apiGroup"),
                                action.text("apiVersion"),
                                action.text("namespace"),
                                action.text("resource"),
                                action.text("subresource"),
                                action.text("name"),
                                action.text("path"),
                                action.text("fieldSelector"),
                                action.text("labelSelector"))));
    }

    private record Fields(Map<String, Object> values) {

        String text(String name) {
            return (String) values.getOrDefault(name, "");
        }

        long number(String name) {
            return (Long) values.getOrDefault(name, 0L);
        }

        List<String> texts(String name) {
            return ((List<?>) values.getOrDefault(name, List.of()))
                    .stream().map(String.class::cast).toList();
        }

        @SuppressWarnings("unchecked") // the reader makes no other maps
        Optional<Fields> object(String name) {
            return Optional.ofNullable((Map<String, Object>) values.get(name)).map(Fields::new);
        }
    }
}
