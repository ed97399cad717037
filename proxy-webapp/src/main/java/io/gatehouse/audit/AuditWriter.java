package io.gatehouse.audit;

import io.gatehouse.spi.AuditEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that numbers events and hands them to the sinks, in batches, until each has them safe. A sink that
 * fails is offered its batch again and again: new requests wait outside meanwhile, and are refused, not lost. Other sinks
 * may be named at any time; one that takes the name of another takes over what that one is owed.
 */
final class AuditWriter {

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    private static final int BATCH = 500;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long HUNG_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A batch that a sink is taking. @param began {@link System#nanoTime} */
    private record Offer(String sink, long began) {}

    private static final Offer NO_OFFER = new Offer("", 0);

    private final String run;
    private final Queue<AuditEvent> queue;
    private final IntConsumer release;
    private final AtomicLong refused;
    private final Clock clock;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Offer underOffer = NO_OFFER;
    private volatile List<NamedSink> wanted;
    private volatile boolean stopping;
    private volatile long deadline = Long.MAX_VALUE;
    private List<NamedSink> adopted = List.of();
    private List<SinkFeed> feeds = List.of();
    private int underWay;
    private long sequence;
    private long refusedRecorded;
    private long gapRecordedAt = System.nanoTime();

    /**
     * @param queue what requests offer
     * @param release gives back as many places as events are safe
     * @param refused how many requests found no place so far
     */
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

    /** @param now {@link System#nanoTime} */
    Optional<String> trouble(long now) {
        Offer offer = underOffer;
        return offer.sink().isEmpty() || now - offer.began() < HUNG_NANOS
                ? trouble
                : Optional.of("audit sink " + offer.sink() + " has not answered for "
                        + TimeUnit.NANOSECONDS.toSeconds(now - offer.began()) + " seconds");
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
                boolean last = stopping;
                adoptSinks();
                if (isDelivered()) {
                    release.accept(underWay);
                    if (!takeBatch(last)) {
                        if (last) {
                            return;
                        }
                        LockSupport.parkNanos(IDLE_NANOS);
                        continue;
                    }
                }
                feeds.forEach(this::offer);
                sayTrouble();
                if (!isDelivered()) {
                    if (last && System.nanoTime() - deadline > 0) {
                        feeds.forEach(feed -> sayLost(feed, "Gatehouse stops"));
                        return;
                    }
                    LockSupport.parkNanos(RETRY_NANOS);
                }
            }
        } finally {
            feeds.forEach(SinkFeed::close);
            ended.countDown();
        }
    }

    private void offer(SinkFeed feed) {
        underOffer = new Offer(feed.name(), System.nanoTime());
        feed.offer();
        underOffer = NO_OFFER;
    }

    private boolean isDelivered() {
        return feeds.stream().allMatch(feed -> feed.owed().isEmpty());
    }

    private void sayTrouble() {
        trouble =
                feeds.stream().map(SinkFeed::trouble).flatMap(Optional::stream).findFirst();
    }

    private static void sayLost(SinkFeed feed, String why) {
        if (!feed.owed().isEmpty()) {
            LOG.error("{} events never reached audit sink {}: {}", feed.owed().size(), feed.name(), why);
        }
    }

    private void adoptSinks() {
        List<NamedSink> now = wanted;
        if (now == adopted) {
            return;
        }
        adopted = now;
        List<SinkFeed> gone = feeds.stream()
                .filter(feed -> now.stream().noneMatch(feed::feeds))
                .toList();
        gone.forEach(SinkFeed::close);
        List<SinkFeed> next = new ArrayList<>();
        for (NamedSink sink : now) {
            next.add(feeds.stream().filter(feed -> feed.feeds(sink)).findFirst().orElseGet(() -> newFeed(sink, gone)));
        }
        gone.stream()
                .filter(feed -> now.stream().noneMatch(sink -> sink.name().equals(feed.name())))
                .forEach(feed -> sayLost(feed, "the configuration no longer has it"));
        feeds = next;
        sayTrouble();
    }

    private SinkFeed newFeed(NamedSink sink, List<SinkFeed> gone) {
        SinkFeed feed = new SinkFeed(
                sink,
                gone.stream()
                        .filter(old -> old.name().equals(sink.name()))
                        .findFirst()
                        .map(SinkFeed::owed)
                        .orElse(List.of()));
        List<AuditEvent> closes = feed.unfinished(run).stream().map(this::end).toList();
        if (!closes.isEmpty()) {
            LOG.warn("Audit sink {}: {} requests of an earlier run had no end on record", sink.name(), closes.size());
            feed.add(closes);
        }
        return feed;
    }

    /** The end of a stream that an earlier run left open. */
    private AuditEvent end(AuditEvent open) {
        return new AuditEvent(
                ++sequence,
                run,
                AuditEvent.Kind.CLOSE,
                open.requestId(),
                clock.instant(),
                open.subject(),
                open.request(),
                open.verdict(),
                Optional.of(new AuditEvent.Completion(
                        0, 0, 0, Duration.ZERO, "unknown: Gatehouse stopped before it ended")));
    }

    /** Numbers what waits and owes it to every sink; false when nothing waits. */
    private boolean takeBatch(boolean last) {
        List<AuditEvent> batch = new ArrayList<>();
        for (AuditEvent event = queue.poll(); event != null; event = queue.poll()) {
            batch.add(numbered(event));
            if (batch.size() == BATCH) {
                break;
            }
        }
        underWay = batch.size();
        long refusedNow = refused.get();
        if (refusedNow > refusedRecorded
                && (last || !batch.isEmpty() || System.nanoTime() - gapRecordedAt > GAP_NANOS)) {
            batch.add(gap(refusedNow));
        }
        feeds.forEach(feed -> feed.add(batch));
        return !batch.isEmpty();
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
    private AuditEvent gap(long refusedNow) {
        long count = refusedNow - refusedRecorded;
        refusedRecorded = refusedNow;
        gapRecordedAt = System.nanoTime();
        return new AuditEvent(
                ++sequence,
                run,
                AuditEvent.Kind.CLOSE,
                run + "-refused-" + refusedNow,
                clock.instant(),
                Optional.empty(),
                new AuditEvent.Request("", "", "", "", "", "", "", "", Optional.empty()),
                new AuditEvent.Verdict(
                        "unavailable", count + " requests were refused with 503 while the record had no room"),
                Optional.of(new AuditEvent.Completion(503, 0, 0, Duration.ZERO, "complete")));
    }
}
