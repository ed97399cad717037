package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every record from a request to the sinks. A place in the queue is taken before a request is let in, so a
 * record is never dropped for want of room: when there is none, the request is refused, counted, and the count recorded.
 */
public final class AuditTrail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final long SAY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String run = newRun();
    private final Clock clock;
    private final int capacity;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ConcurrentLinkedQueue<AuditEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong refusalSaid = new AtomicLong();
    private final AuditWriter writer;
    private volatile boolean closed;
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
            sayRefused();
            return Optional.empty();
        }
        String id = run + "-" + Long.toString(requests.incrementAndGet(), 36);
        return Optional.of(new RequestRecord(this, id, clock.instant()));
    }

    /** Once a minute at the most: there may be thousands in a second. */
    private void sayRefused() {
        long now = System.nanoTime();
        long said = refusalSaid.get();
        if ((said == 0 || now - said > SAY_NANOS) && refusalSaid.compareAndSet(said, now == 0 ? 1 : now)) {
            LOG.error(
                    "Requests are refused with 503: {} events wait to be recorded, as many as may{}",
                    capacity,
                    trouble().map(why -> "; " + why).orElse(""));
        }
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
        if (closed) {
            sayLost();
        }
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
        return trouble(System.nanoTime());
    }

    Optional<String> trouble(long now) {
        return writer.trouble(now);
    }

    /** Requests that were refused because their record could not be kept. */
    public long refused() {
        return refused.get();
    }

    /** Events that wait or are under way. */
    int pending() {
        return taken.get();
    }

    /** Writes out what waits, within ten seconds, and closes the sinks. */
    @Override
    public void close() {
        writer.stop(Duration.ofSeconds(10));
        closed = true;
        sayLost();
    }

    /** What comes when there is nobody left to write it. */
    private void sayLost() {
        int lost = 0;
        while (queue.poll() != null) {
            lost++;
        }
        if (lost > 0) {
            LOG.error("{} audit events came after the stop and are not recorded", lost);
        }
    }
}
