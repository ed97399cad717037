package io.gatehouse.plugin.ldap;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks equal questions that come together once, and lets only so many wait for answers: the others, whose answers are
 * remembered, still need threads when a directory hangs.
 */
final class OneAtATime<K, V> {

    private final Map<K, CompletableFuture<Optional<V>>> running = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final Duration patience;

    /** @param patience how long one waits for the answer to somebody else's equal question */
    OneAtATime(int places, Duration patience) {
        this.places = new Semaphore(places);
        this.patience = patience;
    }

    /** The answer, or nothing when there is no place to wait, or none came in time. */
    Optional<V> ask(K key, Supplier<V> question) {
        return ask(key, question, this::follow);
    }

    /** The answer, or nothing when there is no place to wait, or somebody asks already. */
    Optional<V> askUnlessAsked(K key, Supplier<V> question) {
        return ask(key, question, asked -> Optional.empty());
    }

    private Optional<V> ask(
            K key, Supplier<V> question, Function<CompletableFuture<Optional<V>>, Optional<V>> whenAsked) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        try {
            CompletableFuture<Optional<V>> own = new CompletableFuture<>();
            CompletableFuture<Optional<V>> other = running.putIfAbsent(key, own);
            return other == null ? lead(key, question, own) : whenAsked.apply(other);
        } finally {
            places.release();
        }
    }

    private Optional<V> lead(K key, Supplier<V> question, CompletableFuture<Optional<V>> own) {
        Optional<V> answer = Optional.empty();
        try {
            answer = Optional.of(question.get());
        } finally {
            running.remove(key);
            own.complete(answer);
        }
        return answer;
    }

    private Optional<V> follow(CompletableFuture<Optional<V>> other) {
        try {
            return other.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
