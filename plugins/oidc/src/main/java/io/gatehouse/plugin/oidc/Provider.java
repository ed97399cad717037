package io.gatehouse.plugin.oidc;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of an issuer at the moment: its discovery document and its keys.
 *
 * <p>Both are fetched in the background, when they are asked for and have become old; meanwhile the old ones count. Only
 * who needs them when there are none, or brings an unknown key, waits, and few may. An issuer that does not answer is
 * tried again no sooner than in {@link #RETRY}, and what is known of it counts until the bound that the administrator set.
 */
final class Provider {

    /** Between two tries, however many unknown keys come. */
    static final Duration RETRY = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
    private static final int MOST_WAITING = 32;

    /**
     * What was fetched.
     *
     * @param keys the same object for as long as the issuer says the same
     */
    record Known(Discovery discovery, SigningKeys keys, byte[] keyDocument, Instant fetched) {}

    /**
     * @param refresh after so long it is fetched anew
     * @param outage so long it counts when it can not be
     */
    record Times(Duration refresh, Duration outage) {}

    private final String issuer;
    private final ProviderClient client;
    private final Times times;
    private final Clock clock;
    private final Executor background;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private volatile Optional<Known> known = Optional.empty();
    private volatile String failure = "not asked yet";
    private boolean told;
    private Instant nextTry = Instant.MIN;
    private Optional<CompletableFuture<Void>> running = Optional.empty();

    Provider(String issuer, ProviderClient client, Times times, Clock clock, Executor background) {
        this.issuer = issuer;
        this.client = client;
        this.times = times;
        this.clock = clock;
        this.background = background;
    }

    /** What is known and still counts; never waits. Sees to it that it does not become old. */
    Optional<Known> peek() {
        Instant now = clock.instant();
        Optional<Known> usable = usable(now);
        if (usable.isEmpty() || !now.isBefore(usable.get().fetched().plus(times.refresh()))) {
            refresh();
        }
        return usable;
    }

    /**
     * What is known; waits for it when there is nothing yet.
     *
     * @throws ProviderUnavailableException when nothing is known, or for too long
     */
    Known current() throws ProviderUnavailableException {
        Optional<Known> usable = peek();
        if (usable.isEmpty()) {
            await(refresh());
            usable = usable(clock.instant());
        }
        return usable.orElseThrow(() -> new ProviderUnavailableException(issuer + ": " + failure));
    }

    /** What is known after another try, unless the last one was just now. */
    Known newerThan(Known seen) throws ProviderUnavailableException {
        if (usable(clock.instant()).filter(now -> now != seen).isEmpty()) {
            await(refresh());
        }
        return current();
    }

    /** Why nothing is known, or nothing new. */
    Optional<String> trouble() {
        peek();
        return failure.isEmpty() ? Optional.empty() : Optional.of(issuer + ": " + failure);
    }

    private Optional<Known> usable(Instant now) {
        return known.filter(what -> now.isBefore(what.fetched().plus(times.outage())));
    }

    /** Begins to fetch, or finds that it is under way; nothing when it was just now. */
    private synchronized Optional<CompletableFuture<Void>> refresh() {
        Instant now = clock.instant();
        if (running.isEmpty() && !now.isBefore(nextTry)) {
            nextTry = now.plus(RETRY);
            CompletableFuture<Void> run = new CompletableFuture<>();
            running = Optional.of(run);
            try {
                background.execute(() -> fetch(run));
            } catch (RejectedExecutionException e) {
                ended(run, "closed");
            }
            return Optional.of(run);
        }
        return running;
    }

    private void fetch(CompletableFuture<Void> run) {
        String outcome = "internal error";
        try {
            Instant asked = clock.instant();
            Discovery discovery = Discovery.fetch(client, issuer);
            byte[] document = client.get(discovery.keys(), Map.of());
            Optional<Known> before = known.filter(what -> Arrays.equals(what.keyDocument(), document));
            SigningKeys keys = before.isPresent() ? before.get().keys() : SigningKeys.read(document);
            known = Optional.of(new Known(discovery, keys, document, asked));
            outcome = "";
        } catch (ProviderUnavailableException e) {
            outcome = e.getMessage();
        } finally {
            ended(run, outcome);
        }
    }

    private synchronized void ended(CompletableFuture<Void> run, String outcome) {
        if (!outcome.isEmpty() && !outcome.equals(failure)) {
            LOG.warn("Issuer {} can not be asked: {}", issuer, outcome);
            told = true;
        } else if (outcome.isEmpty() && told) {
            LOG.info("Issuer {} answers again", issuer);
            told = false;
        }
        failure = outcome;
        running = Optional.empty();
        run.complete(null);
    }

    private void await(Optional<CompletableFuture<Void>> run) throws ProviderUnavailableException {
        if (run.isEmpty()) {
            return;
        }
        if (!waiting.tryAcquire()) {
            throw new ProviderUnavailableException(issuer + ": too many requests wait for its keys");
        }
        try {
            run.get().get(2 * client.timeout().toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new ProviderUnavailableException(issuer + ": its keys did not come in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnavailableException("interrupted");
        } finally {
            waiting.release();
        }
    }
}
