package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sink and the events that it has not yet safe. Belongs to the audit thread. */
final class SinkFeed {

    private static final Logger LOG = LoggerFactory.getLogger(SinkFeed.class);

    private final NamedSink sink;
    private List<AuditEvent> owed;
    private Optional<String> trouble = Optional.empty();
    private Optional<String> blindness = Optional.empty();
    private boolean earlierRunsKnown;

    /** @param owed what a sink of the same name, which this one replaces, did not take */
    SinkFeed(NamedSink sink, List<AuditEvent> owed) {
        this.sink = sink;
        this.owed = owed;
    }

    String name() {
        return sink.name();
    }

    boolean feeds(NamedSink other) {
        return sink.sink() == other.sink();
    }

    List<AuditEvent> owed() {
        return owed;
    }

    void add(List<AuditEvent> events) {
        if (owed.isEmpty()) {
            owed = List.copyOf(events);
            return;
        }
        List<AuditEvent> all = new ArrayList<>(owed);
        all.addAll(events);
        owed = List.copyOf(all);
    }

    /** What keeps the sink from writing or reading; empty when its last attempts got somewhere. */
    Optional<String> trouble() {
        return trouble.or(() -> blindness);
    }

    /** What earlier runs, or others that are gone, left open in this sink; the run given goes on. */
    List<AuditEvent> leftOpen(String run) {
        if (earlierRunsKnown && !owed.isEmpty()) {
            return List.of(); // the ends of those that were told may be among it
        }
        try {
            List<AuditEvent> found =
                    earlierRunsKnown ? call(() -> sink.sink().abandoned(run)) : call(sink.sink()::unfinished);
            earlierRunsKnown = true;
            seen(Optional.empty());
            return found.stream().filter(event -> !event.run().equals(run)).toList();
        } catch (RuntimeException | Error e) {
            seen(Optional.of("audit sink " + name() + " can not tell what other runs left open: " + message(e)));
            return List.of();
        }
    }

    private void seen(Optional<String> now) {
        if (!now.equals(blindness)) {
            now.ifPresentOrElse(LOG::error, () -> LOG.warn("Audit sink {} tells again what is open", name()));
            blindness = now;
        }
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Offers once what is owed. Whatever the sink throws, nothing is lost: it stays owed. */
    void offer() {
        List<AuditEvent> offered = owed;
        if (offered.isEmpty()) {
            return;
        }
        try {
            long durable = call(() -> sink.sink().append(offered));
            owed = offered.stream().filter(event -> event.sequence() > durable).toList();
            if (owed.size() == offered.size()) {
                troubled("it acknowledges nothing");
            } else {
                recovered();
            }
        } catch (RuntimeException | Error e) { // the thread goes on: without it nothing is recorded
            troubled(message(e));
        }
    }

    private void troubled(String why) {
        Optional<String> now = Optional.of("audit sink " + name() + " does not write: " + why);
        if (!now.equals(trouble)) {
            trouble = now;
            LOG.error("{}; requests are refused once the queue is full", now.get());
        }
    }

    private void recovered() {
        if (trouble.isPresent()) {
            trouble = Optional.empty();
            LOG.warn("Audit sink {} writes again", name());
        }
    }

    void close() {
        try {
            call(() -> {
                sink.sink().close();
                return true;
            });
        } catch (RuntimeException | Error e) {
            LOG.error("Audit sink {} could not be closed: {}", name(), e.toString());
        }
    }

    private <T> T call(Supplier<T> call) {
        Thread.currentThread().setContextClassLoader(sink.loader());
        return call.get();
    }
}
