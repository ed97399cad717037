package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.AuditSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Keeps what it gets; how much of each batch it takes is up to the test. */
final class RecordingSink implements AuditSink {

    final List<AuditEvent> events = new ArrayList<>();
    final CountDownLatch offered = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    private final Supplier<List<AuditEvent>> unfinished;
    private final UnaryOperator<List<AuditEvent>> taken;

    /** @param taken what it takes of a batch, from its start; may throw, or wait */
    RecordingSink(List<AuditEvent> unfinished, UnaryOperator<List<AuditEvent>> taken) {
        this(() -> unfinished, taken);
    }

    /** @param unfinished what it says that earlier runs left open; may throw */
    RecordingSink(Supplier<List<AuditEvent>> unfinished, UnaryOperator<List<AuditEvent>> taken) {
        this.unfinished = unfinished;
        this.taken = taken;
    }

    RecordingSink() {
        this(List.of(), batch -> batch);
    }

    @Override
    public List<AuditEvent> unfinished() {
        return unfinished.get();
    }

    @Override
    public synchronized long append(List<AuditEvent> batch) {
        offered.countDown();
        events.addAll(taken.apply(batch));
        return events.isEmpty() ? 0 : events.get(events.size() - 1).sequence();
    }

    @Override
    public synchronized void close() {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("closed a second time");
        }
        closed.countDown();
    }

    synchronized List<AuditEvent> events() {
        return List.copyOf(events);
    }

    NamedSink named(String name) {
        return new NamedSink(name, this, RecordingSink.class.getClassLoader());
    }
}
