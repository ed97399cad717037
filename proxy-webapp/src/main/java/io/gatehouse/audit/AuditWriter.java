package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that numbers events and hands them to the sinks, in batches, until each has them safe. */
final class AuditWriter {

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    private static final int BATCH = 500;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String run;
    private final Queue<AuditEvent> queue;
    private final IntConsumer release;
    private final AtomicLong refused;
    private final Clock clock;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<String> recovered = new HashSet<>();
    private final Map<String, String> troubles = new HashMap<>();
    private volatile Optional<String> trouble = Optional.empty();
    private volatile List<NamedSink> wanted;
    private volatile boolean stopping;
    private volatile long deadline = Long.MAX_VALUE;
    private List<NamedSink> sinks = List.of();
    private long sequence;
    private long refusedRecorded;

    AuditWriter(
            String run,
            Queue<AuditEvent> queue,
            IntConsumer release,
            AtomicLong refused,
            List<NamedSink> sinks,
            Clock clock) {
        this.run = run;
        this.queue = queue;
        this.release = release;
        this.refused = refused;
        this.wanted = List.copyOf(sinks);
        this.clock = clock;
    }

    void start() {
        Thread thread = new Thread(this::work, "gatehouse-audit");
        thread.setDaemon(true);
        thread.start();
    }

    void use(List<NamedSink> newSinks) {
        wanted = List.copyOf(newSinks);
    }

    Optional<String> trouble() {
        return trouble;
    }

    void stop(Duration patience) {
        deadline = System.nanoTime() + patience.toNanos();
        stopping = true;
        try {
            if (!ended.await(patience.toMillis() + 1_000, TimeUnit.MILLISECONDS)) {
                LOG.error("The audit sinks did not take the last {} events in time", queue.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (true) {
                adoptSinks();
                List<AuditEvent> batch = nextBatch();
                if (!batch.isEmpty()) {
                    write(batch);
                    release.accept(batch.size());
                } else if (stopping) {
                    return;
                } else {
                    LockSupport.parkNanos(IDLE_NANOS);
                }
            }
        } catch (AbandonedException e) {
            LOG.error("Audit events are lost at the stop: {}", e.getMessage());
        } finally {
            sinks.forEach(this::close);
            ended.countDown();
        }
    }

    private void adoptSinks() {
        List<NamedSink> target = wanted;
        if (target == sinks) {
            return;
        }
        Set<Object> kept = new HashSet<>();
        target.forEach(sink -> kept.add(sink.sink()));
        sinks.stream().filter(sink -> !kept.contains(sink.sink())).forEach(this::close);
        sinks = target;
        troubles.clear();
        trouble = Optional.empty();
        for (NamedSink sink : target) {
            if (recovered.add(sink.name())) {
                closeUnfinished(sink);
            }
        }
    }

    /** Gives every stream that an earlier run left open its end, in the sink that has its beginning. */
    private void closeUnfinished(NamedSink sink) {
        List<AuditEvent> closes = new ArrayList<>();
        try {
            List<AuditEvent> unfinished = call(sink, sink.sink()::unfinished);
            for (AuditEvent open : unfinished) {
                closes.add(new AuditEvent(
                        ++sequence,
                        run,
                        AuditEvent.Kind.CLOSE,
                        open.requestId(),
                        clock.instant(),
                        open.subject(),
                        open.request(),
                        open.verdict(),
                        Optional.of(new AuditEvent.Completion(
                                0, 0, 0, Duration.ZERO, "unknown: Gatehouse stopped before it ended"))));
            }
        } catch (RuntimeException e) {
            LOG.error("Audit sink {} can not tell what an earlier run left open: {}", sink.name(), e.toString());
        }
        if (!closes.isEmpty()) {
            LOG.warn("Audit sink {}: {} requests of an earlier run had no end on record", sink.name(), closes.size());
            writeTo(sink, closes);
        }
    }

    private List<AuditEvent> nextBatch() {
        List<AuditEvent> batch = new ArrayList<>();
        for (AuditEvent event = queue.poll(); event != null; event = queue.poll()) {
            batch.add(numbered(event));
            if (batch.size() == BATCH) {
                break;
            }
        }
        long refusedNow = refused.get();
        if (!batch.isEmpty() && refusedNow > refusedRecorded) {
            AuditEvent like = batch.get(batch.size() - 1);
            batch.add(gap(like, refusedNow - refusedRecorded));
            refusedRecorded = refusedNow;
            release.accept(-1);
        }
        return batch;
    }

    private AuditEvent numbered(AuditEvent event) {
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

    /** The record that says how many requests were turned away unrecorded. */
    private AuditEvent gap(AuditEvent like, long count) {
        return new AuditEvent(
                ++sequence,
                run,
                AuditEvent.Kind.CLOSE,
                run + "-refused-" + refused.get(),
                like.time(),
                Optional.empty(),
                new AuditEvent.Request("", "", "", "", "", "", "", "", Optional.empty()),
                new AuditEvent.Verdict(
                        "unavailable", count + " requests were refused with 503 while the record had no room"),
                Optional.of(new AuditEvent.Completion(503, 0, 0, Duration.ZERO, "complete")));
    }

    private void write(List<AuditEvent> batch) {
        for (NamedSink sink : sinks) {
            writeTo(sink, batch);
        }
    }

    /** Offers a batch until the sink has all of it; a sink that fails makes new requests wait outside, not be lost. */
    private void writeTo(NamedSink sink, List<AuditEvent> batch) {
        List<AuditEvent> left = batch;
        while (!left.isEmpty()) {
            try {
                List<AuditEvent> offered = left;
                long durable = call(sink, () -> sink.sink().append(offered));
                left = left.stream().filter(event -> event.sequence() > durable).toList();
                if (left.isEmpty()) {
                    recovered(sink);
                    return;
                }
            } catch (RuntimeException
                    | Error e) { // whatever it throws, this thread goes on: without it nothing is recorded
                troubled(sink, e);
            }
            if (System.nanoTime() > deadline) {
                throw new AbandonedException(left.size() + " for sink " + sink.name());
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private void troubled(NamedSink sink, Throwable failure) {
        String what = "audit sink " + sink.name() + " does not write: " + failure.getMessage();
        if (!what.equals(troubles.put(sink.name(), what))) {
            LOG.error("{}; requests are refused once {} events wait", what, "the configured number of");
            trouble = Optional.of(what);
        }
    }

    private void recovered(NamedSink sink) {
        if (troubles.remove(sink.name()) != null) {
            LOG.warn("Audit sink {} writes again", sink.name());
            trouble = troubles.values().stream().findFirst();
        }
    }

    private void close(NamedSink sink) {
        try {
            call(sink, () -> {
                sink.sink().close();
                return true;
            });
        } catch (RuntimeException e) {
            LOG.error("Audit sink {} could not be closed: {}", sink.name(), e.toString());
        }
    }

    private static <T> T call(NamedSink sink, java.util.function.Supplier<T> call) {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(sink.loader());
        return call.get();
    }

    /** Stop's patience has run out. */
    private static final class AbandonedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AbandonedException(String message) {
            super(message);
        }
    }
}
