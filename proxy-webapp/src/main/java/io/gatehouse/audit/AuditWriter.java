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

    /** Between batches that are not full: a sink takes ten events for little more than one. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long HUNG_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A batch that a sink is taking. @param began {@link System#nanoTime} */
    private record Offer(String sink, long began) {}

    private static final Offer NO_OFFER = new Offer("", 0);

    private final Numbering numbering;
    private final Queue<AuditEvent> queue;
    private final IntConsumer release;
    private final AtomicLong refused;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Optional<String> trouble = Optional.empty();
    private volatile Offer underOffer = NO_OFFER;
    private volatile List<NamedSink> wanted;
    private volatile boolean stopping;
    private volatile long deadline = Long.MAX_VALUE;
    private List<NamedSink> adopted = List.of();
    private List<SinkFeed> feeds = List.of();
    private int underWay;
    private long lookedAt = System.nanoTime();
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
        this.numbering = new Numbering(run, clock);
        this.queue = queue;
        this.release = release;
        this.refused = refused;
        this.wanted = List.copyOf(sinks);
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
                lookForLeftOpen();
                if (isDelivered()) {
                    releaseUnderWay();
                    if (!takeBatch(last)) {
                        if (last) {
                            return;
                        }
                        LockSupport.parkNanos(PAUSE_NANOS);
                        continue;
                    }
                }
                boolean full = underWay >= BATCH;
                feeds.forEach(this::offer);
                sayTrouble();
                if (isDelivered()) {
                    releaseUnderWay();
                    if (!full && !last) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                } else {
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

    private void releaseUnderWay() {
        release.accept(underWay);
        underWay = 0;
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
        endLeftOpen(feed);
        return feed;
    }

    private void lookForLeftOpen() {
        if (System.nanoTime() - lookedAt > LOOK_NANOS) {
            lookedAt = System.nanoTime();
            feeds.forEach(this::endLeftOpen);
            sayTrouble();
        }
    }

    private void endLeftOpen(SinkFeed feed) {
        underOffer = new Offer(feed.name(), System.nanoTime());
        List<AuditEvent> ends =
                feed.leftOpen(numbering.run()).stream().map(numbering::end).toList();
        underOffer = NO_OFFER;
        if (!ends.isEmpty()) {
            LOG.warn("Audit sink {}: {} requests of another run had no end on record", feed.name(), ends.size());
            feed.add(ends);
        }
    }

    /** Numbers what waits and owes it to every sink; false when nothing waits. */
    private boolean takeBatch(boolean last) {
        List<AuditEvent> batch = new ArrayList<>();
        for (AuditEvent event = queue.poll(); event != null; event = queue.poll()) {
            batch.add(numbering.numbered(event));
            if (batch.size() == BATCH) {
                break;
            }
        }
        underWay = batch.size();
        long refusedNow = refused.get();
        if (refusedNow > refusedRecorded
                && (last || !batch.isEmpty() || System.nanoTime() - gapRecordedAt > GAP_NANOS)) {
            batch.add(numbering.gap(refusedNow - refusedRecorded, refusedNow));
            refusedRecorded = refusedNow;
            gapRecordedAt = System.nanoTime();
        }
        feeds.forEach(feed -> feed.add(batch));
        return !batch.isEmpty();
    }
}
