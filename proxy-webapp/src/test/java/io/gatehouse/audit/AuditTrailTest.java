package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuditEvent;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AuditTrailTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Masking MASKING = new Masking(Set.of("token"));

    private static AuditTrail trail(int capacity, RecordingSink sink) {
        return new AuditTrail(capacity, MASKING, List.of(sink.named("sink")), CLOCK);
    }

    private static RequestRecord begin(AuditTrail trail, String path) {
        RequestRecord record = trail.begin().orElseThrow();
        record.head("GET", path, "", "HTTP/1.1", "");
        return record;
    }

    private static void assertWhole(RecordingSink sink, int events) {
        assertThat(sink.events())
                .extracting(AuditEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events).boxed().toList());
    }

    @Test
    void keepsTheOrderAndCounts() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10_000, sink);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            RequestRecord record = begin(trail, "/" + i);
            ids.add(record.id());
            record.verdict("allow", "why");
            record.close(200, "complete");
        }
        trail.close();
        assertWhole(sink, 2_000);
        assertThat(sink.events()).extracting(AuditEvent::requestId).containsExactlyElementsOf(ids);
        assertThat(sink.events()).extracting(AuditEvent::run).containsOnly(trail.run());
        assertThat(trail.pending()).isZero();
        assertThat(sink.closed.getCount()).isZero();
    }

    /** A batch costs a sink little more than one event of it. */
    @Test
    void gathersWhatTricklesIn() {
        AtomicInteger batches = new AtomicInteger();
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            batches.incrementAndGet();
            LockSupport.parkNanos(2_000_000); // so that the next event is there when it returns
            return batch;
        });
        AuditTrail trail = trail(10_000, sink);
        long begin = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            begin(trail, "/" + i).close(200, "complete");
            LockSupport.parkNanos(1_000_000);
        }
        long pauses = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) / 20;
        trail.close();
        assertWhole(sink, 200);
        assertThat(batches.get()).isLessThanOrEqualTo((int) pauses + 3); // the first, and two by the stop
    }

    @Test
    void writesOneCloseHoweverOftenItIsAsked() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        RequestRecord record = begin(trail, "/watch");
        assertThat(record.open()).isTrue();
        record.addBytesOut(5);
        record.close(200, "complete");
        record.close(500, "later");
        trail.close();
        assertThat(sink.events())
                .extracting(AuditEvent::kind)
                .containsExactly(AuditEvent.Kind.OPEN, AuditEvent.Kind.CLOSE);
        AuditEvent.Completion completion = sink.events().get(1).completion().orElseThrow();
        assertThat(completion.status()).isEqualTo(200);
        assertThat(completion.bytesOut()).isEqualTo(5);
    }

    @Test
    void offersAgainWhatASinkDidNotTake() {
        RecordingSink sink = new RecordingSink(List.of(), batch -> batch.subList(0, (batch.size() + 1) / 2));
        AuditTrail trail = trail(100, sink);
        for (int i = 0; i < 5; i++) {
            begin(trail, "/" + i).close(200, "complete");
        }
        trail.close();
        assertWhole(sink, 5);
    }

    @Test
    void losesNothingWhileASinkFails() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger(2);
        CountDownLatch mayRecover = new CountDownLatch(1);
        CountDownLatch failedTwice = new CountDownLatch(2);
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            if (failures.getAndDecrement() > 0) {
                failedTwice.countDown();
                throw new IllegalStateException("disk full");
            }
            await(mayRecover);
            return batch;
        });
        RecordingSink other = new RecordingSink();
        AuditTrail trail = new AuditTrail(100, MASKING, List.of(sink.named("bad"), other.named("good")), CLOCK);
        begin(trail, "/1").close(200, "complete");
        failedTwice.await();
        begin(trail, "/2").close(200, "complete");
        assertThat(trail.trouble()).contains("audit sink bad does not write: disk full");
        mayRecover.countDown();
        trail.close();
        assertThat(trail.trouble()).isEmpty();
        assertWhole(sink, 2);
        assertWhole(other, 2);
    }

    @Test
    void refusesRequestsWithoutRoomAndSaysSo() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            await(release);
            return batch;
        });
        AuditTrail trail = trail(3, sink);
        begin(trail, "/1").close(200, "complete");
        sink.offered.await();
        RequestRecord second = begin(trail, "/2");
        second.close(200, "complete");
        RequestRecord third = begin(trail, "/3");
        assertThat(trail.begin()).isEmpty();
        assertThat(trail.begin()).isEmpty();
        assertThat(third.open()).as("a stream needs a second place").isFalse();
        assertThat(trail.refused()).isEqualTo(2);
        third.close(503, "complete");
        release.countDown();
        trail.close();
        assertWhole(sink, 4);
        AuditEvent gap = sink.events().get(3);
        assertThat(gap.verdict())
                .isEqualTo(new AuditEvent.Verdict(
                        "unavailable", "2 requests were refused with 503 while the record had no room"));
        assertThat(trail.pending()).isZero();
    }

    @Test
    void givesStreamsOfAnEarlierRunTheirEnd() {
        RecordingSink first = new RecordingSink();
        AuditTrail earlier = trail(10, first);
        RequestRecord stream = begin(earlier, "/watch");
        stream.open();
        earlier.close();
        RecordingSink sink = new RecordingSink(first.events(), batch -> batch);
        AuditTrail trail = trail(10, sink);
        trail.use(MASKING, List.of(sink.named("sink"), new RecordingSink().named("more")));
        begin(trail, "/").close(200, "complete");
        trail.close();
        assertThat(sink.events())
                .filteredOn(event -> event.requestId().equals(stream.id()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.kind()).isEqualTo(AuditEvent.Kind.CLOSE);
                    assertThat(event.run()).isEqualTo(trail.run());
                    assertThat(event.completion().orElseThrow().end()).startsWith("unknown");
                });
    }

    @Test
    void closesASinkThatIsReplacedBehindItsLastBatch() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        RecordingSink old = new RecordingSink(List.of(), batch -> {
            await(release);
            return batch;
        });
        RecordingSink kept = new RecordingSink();
        AuditTrail trail = new AuditTrail(10, MASKING, List.of(old.named("old"), kept.named("kept")), CLOCK);
        begin(trail, "/1").close(200, "complete");
        old.offered.await();
        RecordingSink fresh = new RecordingSink();
        trail.use(MASKING, List.of(fresh.named("old"), kept.named("kept")));
        begin(trail, "/2").close(200, "complete");
        assertThat(old.closed.getCount()).isEqualTo(1);
        release.countDown();
        old.closed.await();
        trail.close();
        assertThat(old.events()).hasSize(1);
        assertThat(fresh.events()).extracting(AuditEvent::sequence).containsExactly(2L);
        assertWhole(kept, 2);
    }

    @Test
    void callsASinkWithItsPluginsLoaderInTheThread() {
        List<ClassLoader> seen = new ArrayList<>();
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            seen.add(Thread.currentThread().getContextClassLoader());
            return batch;
        });
        ClassLoader loader = new ClassLoader(null) {};
        AuditTrail trail = new AuditTrail(10, MASKING, List.of(new NamedSink("sink", sink, loader)), CLOCK);
        begin(trail, "/").close(200, "complete");
        trail.close();
        assertThat(seen).containsOnly(loader);
    }

    @Test
    void masksWhatIsRecorded() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        RequestRecord record = trail.begin().orElseThrow();
        String jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2VjcmV0";
        record.head("GET", "/x/" + jwt, "token=hunter2&a=b", "HTTP/1.1", "curl " + jwt);
        record.close(200, "complete");
        trail.close();
        AuditEvent.Request request = sink.events().get(0).request();
        assertThat(request.path()).isEqualTo("/x/***");
        assertThat(request.query()).isEqualTo("token=***&a=b");
        assertThat(request.userAgent()).isEqualTo("curl ***");
        assertThat(sink.events().get(0).subject()).isEqualTo(Optional.empty());
    }

    @Test
    void givesWhatAFailingSinkIsOwedToTheOneThatTakesItsName() throws InterruptedException {
        RecordingSink bad = failing();
        RecordingSink other = new RecordingSink();
        AuditTrail trail = new AuditTrail(100, MASKING, List.of(bad.named("sink"), other.named("other")), CLOCK);
        begin(trail, "/1").close(200, "complete");
        bad.offered.await();
        RecordingSink good = new RecordingSink();
        trail.use(MASKING, List.of(good.named("sink"), other.named("other")));
        good.offered.await();
        begin(trail, "/2").close(200, "complete");
        trail.close();
        assertThat(bad.closed.getCount()).isZero();
        assertWhole(good, 2);
        assertWhole(other, 2);
        assertThat(trail.trouble()).isEmpty();
        assertThat(trail.pending()).isZero();
    }

    @Test
    void doesNotWaitForAFailingSinkThatIsTakenOut() throws InterruptedException {
        RecordingSink bad = failing();
        RecordingSink other = new RecordingSink();
        AuditTrail trail = new AuditTrail(1, MASKING, List.of(bad.named("bad"), other.named("other")), CLOCK);
        begin(trail, "/1").close(200, "complete");
        bad.offered.await();
        assertThat(trail.begin()).as("its one place is taken").isEmpty();
        trail.use(MASKING, List.of(other.named("other")));
        bad.closed.await();
        trail.close();
        assertThat(trail.pending()).isZero();
        assertThat(other.events()).hasSize(2);
    }

    @Test
    void goesOnAfterAnErrorOfASink() {
        AtomicInteger failures = new AtomicInteger(1);
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            if (failures.getAndDecrement() > 0) {
                throw new AssertionError();
            }
            return batch;
        });
        AuditTrail trail = trail(10, sink);
        begin(trail, "/").close(200, "complete");
        trail.close();
        assertWhole(sink, 1);
    }

    @Test
    void showsASinkThatAcknowledgesNothing() {
        AtomicReference<AuditTrail> trail = new AtomicReference<>();
        List<Optional<String>> troubles = new ArrayList<>();
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            troubles.add(trail.get().trouble());
            return troubles.size() == 1 ? List.of() : batch;
        });
        trail.set(trail(10, sink));
        begin(trail.get(), "/").close(200, "complete");
        trail.get().close();
        assertThat(troubles)
                .containsExactly(
                        Optional.empty(), Optional.of("audit sink sink does not write: it acknowledges nothing"));
        assertWhole(sink, 1);
    }

    @Test
    void showsASinkThatHangs() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        RecordingSink sink = new RecordingSink(List.of(), batch -> {
            await(goOn);
            return batch;
        });
        AuditTrail trail = trail(10, sink);
        begin(trail, "/").close(200, "complete");
        sink.offered.await();
        long soon = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        assertThat(trail.trouble(soon).orElseThrow()).matches("audit sink sink has not answered for [0-9]+ seconds");
        goOn.countDown();
        trail.close();
        assertThat(trail.trouble(soon)).isEmpty();
    }

    @Test
    void recordsTheRefusedWithoutAnotherEvent() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(1, sink);
        begin(trail, "/never-ends");
        assertThat(trail.begin()).isEmpty();
        trail.close();
        assertThat(sink.events())
                .singleElement()
                .satisfies(event -> assertThat(event.verdict().reason())
                        .isEqualTo("1 requests were refused with 503 while the record had no room"));
    }

    @Test
    void asksEverySinkForWhatIsUnfinishedButLeavesItsOwnStreams() throws InterruptedException {
        RecordingSink first = new RecordingSink();
        AuditTrail earlier = trail(10, first);
        RequestRecord left = begin(earlier, "/left");
        left.open();
        earlier.close();
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        begin(trail, "/mine").open();
        sink.offered.await();
        List<AuditEvent> open = new ArrayList<>(first.events());
        open.addAll(sink.events());
        RecordingSink other = new RecordingSink(open, batch -> batch);
        trail.use(MASKING, List.of(other.named("sink")));
        trail.close();
        assertThat(open).hasSize(2);
        assertThat(other.events())
                .singleElement()
                .satisfies(event -> assertThat(event.requestId()).isEqualTo(left.id()));
    }

    private static RecordingSink failing() {
        return new RecordingSink(List.of(), batch -> {
            throw new IllegalStateException("disk full");
        });
    }

    @Test
    void keepsNothingThatComesAfterTheStop() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        RequestRecord late = begin(trail, "/");
        trail.close();
        late.close(200, "complete");
        assertThat(sink.events()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> groups(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> "a group of people, number " + i)
                .toList();
    }

    /** Whatever a client writes into its head, and however many groups it has: what waits in memory stays small. */
    @Test
    void keepsEveryFieldAndTheWholeShort() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        String huge = "h".repeat(40_000);
        RequestRecord record = trail.begin().orElseThrow();
        record.head(huge, "/" + huge, "token=" + huge, huge, huge);
        record.client(huge);
        record.target(huge);
        record.upgrade(huge);
        record.kubernetes(new KubernetesAction(true, huge, huge, huge, huge, huge, huge, huge, huge, huge, huge));
        Identity identity = Identity.of("alice", "password").withGroups(groups(5_000));
        record.subject(identity, "staff", "session");
        record.verdict("allow", "policy.csv:3 " + huge);
        record.close(200, huge);
        trail.close();
        AuditEvent event = sink.events().get(0);
        assertThat(event.subject().orElseThrow().user()).isEqualTo("alice");
        assertThat(event.subject().orElseThrow().authenticator()).isEqualTo("staff");
        assertThat(event.subject().orElseThrow().credential()).isEqualTo("session");
        assertThat(event.subject().orElseThrow().groups())
                .startsWith("a group of people, number 0")
                .endsWith("…")
                .hasSizeLessThan(5_000);
        assertThat(event.verdict().reason()).startsWith("policy.csv:3 ").hasSize(4_097);
        assertThat(event.request().path()).startsWith("/hh").endsWith("…");
        assertThat(event.toString()).hasSizeLessThan(40_000);
    }

    /** What any request of kubectl has is recorded whole. */
    @Test
    void shortensNothingUsual() {
        RecordingSink sink = new RecordingSink();
        AuditTrail trail = trail(10, sink);
        RequestRecord record = begin(trail, "/api/v1/namespaces/" + "d".repeat(63) + "/pods/" + "p".repeat(253));
        KubernetesAction action = new KubernetesAction(
                true,
                "get",
                "",
                "v1",
                "d".repeat(63),
                "pods",
                "",
                "p".repeat(253),
                "/p",
                "f".repeat(600),
                "l".repeat(900));
        record.kubernetes(action);
        List<String> groups = groups(300);
        record.subject(Identity.of("alice", "password").withGroups(groups), "staff", "");
        record.close(200, "complete");
        trail.close();
        AuditEvent event = sink.events().get(0);
        assertThat(event.request().kubernetes()).contains(action);
        assertThat(event.subject().orElseThrow().groups()).isEqualTo(groups);
    }
}
