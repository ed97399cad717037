package io.gatehouse.plugin.kubernetes.review;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remembers the answers to reviews. Grants and refusals are kept apart, so that no flood of refusals drives out a grant;
 * failures are not kept. Equal questions that come while one is being answered wait for its answer.
 *
 * @param <V> the verdict
 */
final class RememberedReviews<V> {

    /** So long a grant is known after it has ceased to count, see {@link #wasGranted}. */
    private static final Duration KNOWN = Duration.ofMinutes(10);

    /** While older answers stand in, the API server is tried again so often. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** More than the host takes for a call. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /**
     * An answer.
     *
     * @param granted whether it lets somebody in
     * @param end when it ceases to be true, whatever the lifetimes are
     */
    record Answer<V>(V verdict, boolean granted, Optional<Instant> end) {}

    /**
     * How long answers count.
     *
     * @param stale so much longer a grant counts while the API server does not answer; zero for not at all
     * @param size of either kind, so many are kept
     */
    record Lifetimes(Duration granted, Duration refused, Duration stale, int size) {}

    /** Asks the API server. */
    interface Call<V> {
        Answer<V> make() throws ReviewFailedException;
    }

    private record Entry<V>(Answer<V> answer, Instant until) {
        boolean hasEnded(Instant now) {
            return answer.end().filter(end -> !now.isBefore(end)).isPresent();
        }
    }

    /** One of both is null. */
    private record Outcome<V>(Answer<V> answer, ReviewFailedException failure) {
        Answer<V> orThrow() throws ReviewFailedException {
            if (failure != null) {
                throw failure;
            }
            return answer;
        }
    }

    private final Lifetimes lifetimes;
    private final Clock clock;
    private final ReviewLog log;
    private final WaitingRoom room = new WaitingRoom();
    private final Cache<ByteBuffer, Entry<V>> granted;
    private final Cache<ByteBuffer, Entry<V>> refused;
    private final Map<String, Instant> down = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, CompletableFuture<Outcome<V>>> running = new ConcurrentHashMap<>();

    RememberedReviews(Lifetimes lifetimes, Clock clock, ReviewLog log) {
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.log = log;
        Duration older = lifetimes.stale().compareTo(KNOWN) > 0 ? lifetimes.stale() : KNOWN;
        this.granted = cache(lifetimes.granted().plus(older));
        this.refused = cache(lifetimes.refused());
    }

    private Cache<ByteBuffer, Entry<V>> cache(Duration age) {
        return Caffeine.newBuilder()
                .maximumSize(lifetimes.size())
                .expireAfterWrite(age)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /**
     * What is remembered, else what the call brings.
     *
     * @param cluster which is asked
     * @throws ReviewFailedException when the call failed, or too many requests wait already
     */
    Answer<V> get(ByteBuffer key, String cluster, Call<V> call) throws ReviewFailedException {
        Optional<Answer<V>> known = fresh(key);
        if (known.isPresent()) {
            return known.get();
        }
        if (isDown(cluster)) {
            Outcome<V> older = older(key, cluster, ReviewFailedException.down("down"));
            if (older.failure() == null) {
                return older.answer(); // nobody waits ten seconds for what is known to be down
            }
        }
        if (!room.enter(cluster)) {
            return older(key, cluster, ReviewFailedException.down("too many requests wait for reviews of " + cluster))
                    .orThrow();
        }
        try {
            CompletableFuture<Outcome<V>> own = new CompletableFuture<>();
            CompletableFuture<Outcome<V>> other = running.putIfAbsent(key, own);
            return (other == null ? lead(key, cluster, call, own) : follow(other)).orThrow();
        } finally {
            room.leave(cluster);
        }
    }

    /** Whether there is a grant that counts or did so not long ago: whoever has it guesses nothing. */
    boolean wasGranted(ByteBuffer key) {
        Entry<V> entry = granted.getIfPresent(key);
        return entry != null && !entry.hasEnded(clock.instant());
    }

    private boolean isDown(String cluster) {
        Instant since = down.get(cluster);
        return since != null && clock.instant().isBefore(since.plus(RETRY));
    }

    private Optional<Answer<V>> fresh(ByteBuffer key) {
        Instant now = clock.instant();
        Entry<V> entry = granted.getIfPresent(key);
        if (entry == null || !now.isBefore(entry.until())) {
            entry = refused.getIfPresent(key);
        }
        boolean counts = entry != null && now.isBefore(entry.until()) && !entry.hasEnded(now);
        return counts ? Optional.of(entry.answer()) : Optional.empty();
    }

    private Outcome<V> lead(ByteBuffer key, String cluster, Call<V> call, CompletableFuture<Outcome<V>> own) {
        Outcome<V> outcome = new Outcome<>(null, ReviewFailedException.unusable("internal error"));
        try {
            // It may have become known between the first look and this one.
            Optional<Answer<V>> known = fresh(key);
            outcome = known.isPresent() ? new Outcome<>(known.get(), null) : ask(key, cluster, call);
        } finally {
            running.remove(key);
            own.complete(outcome);
        }
        return outcome;
    }

    private Outcome<V> follow(CompletableFuture<Outcome<V>> other) throws ReviewFailedException {
        try {
            return other.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw ReviewFailedException.notAsked("the answer to an equal review did not come in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ReviewFailedException.notAsked("interrupted");
        }
    }

    private Outcome<V> ask(ByteBuffer key, String cluster, Call<V> call) {
        try {
            Instant asked = clock.instant(); // what is true of then may have changed while the answer came
            Answer<V> answer = call.make();
            remember(key, answer, asked);
            down.remove(cluster);
            return new Outcome<>(answer, null);
        } catch (ReviewFailedException e) {
            if (e.isDown() && !lifetimes.stale().isZero()) {
                down.put(cluster, clock.instant());
            }
            return older(key, cluster, e);
        }
    }

    private void remember(ByteBuffer key, Answer<V> answer, Instant asked) {
        Duration lifetime = answer.granted() ? lifetimes.granted() : lifetimes.refused();
        (answer.granted() ? refused : granted).invalidate(key);
        if (!lifetime.isZero()) {
            (answer.granted() ? granted : refused).put(key, new Entry<>(answer, asked.plus(lifetime)));
        }
    }

    /** A grant that has ceased to count, in the place of a failure, where the administrator wants that. */
    private Outcome<V> older(ByteBuffer key, String cluster, ReviewFailedException failure) {
        Instant now = clock.instant();
        Entry<V> entry = failure.isDown() ? granted.getIfPresent(key) : null;
        boolean counts = entry != null
                && !entry.hasEnded(now)
                && now.isBefore(entry.until().plus(lifetimes.stale()));
        if (!counts) {
            return new Outcome<>(null, failure);
        }
        log.servesOlder(cluster);
        return new Outcome<>(entry.answer(), null);
    }
}
