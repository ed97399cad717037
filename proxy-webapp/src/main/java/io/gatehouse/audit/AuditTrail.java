package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of every record from a request to the sinks. A place in the queue is taken before a request is let in, so a
 * record is never dropped for want of room: when there is none, the request is refused, counted, and the count recorded.
 */
public final class AuditTrail implements AutoCloseable {

    private final String run = newRun();
    private final Clock clock;
    private final int capacity;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ConcurrentLinkedQueue<AuditEvent> queue = new ConcurrentLinkedQueue<>();
    private final AuditWriter writer;
    private volatile Masking masking;

    /**
     * Starts the writer.
     *
     * @param capacity events that may wait or be under way
     * @param sinks where they go, in order
     */
    public AuditTrail(int capacity, Masking masking, List<NamedSink> sinks, Clock clock) {
        this.capacity = capacity;
        this.masking = masking;
        this.clock = clock;
        this.writer = new AuditWriter(run, queue, this::release, refused, sinks, clock);
        writer.start();
    }

    private static String newRun() {
        byte[] bytes = new byte[6];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * A record for a request that has just arrived.
     *
     * @return nothing when the record could not be kept: the request must be refused with 503
     */
    public Optional<RequestRecord> begin() {
        if (!take()) {
            refused.incrementAndGet();
            return Optional.empty();
        }
        String id = run + "-" + Long.toString(requests.incrementAndGet(), 36);
        return Optional.of(new RequestRecord(this, id, clock.instant()));
    }

    boolean take() {
        if (taken.incrementAndGet() > capacity) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    private void release(int events) {
        taken.addAndGet(-events);
    }

    void offer(AuditEvent event) {
        queue.add(event);
    }

    String run() {
        return run;
    }

    Clock clock() {
        return clock;
    }

    Masking masking() {
        return masking;
    }

    /** Goes on with other sinks and rules from the next batch on; sinks that are not among them are closed then. */
    public void use(Masking newMasking, List<NamedSink> sinks) {
        masking = newMasking;
        writer.use(sinks);
    }

    /** What keeps the sinks from writing now; empty when they write. */
    public Optional<String> trouble() {
        return writer.trouble();
    }

    /** Requests that were refused because their record could not be kept. */
    public long refused() {
        return refused.get();
    }

    /** Events that wait or are under way. */
    public int pending() {
        return taken.get();
    }

    /** Writes out what waits, within ten seconds, and closes the sinks. */
    @Override
    public void close() {
        writer.stop(Duration.ofSeconds(10));
    }
}
