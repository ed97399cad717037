package io.gatehouse.login;

import io.gatehouse.spi.StateStore.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ended before its time: sessions, API tokens, and persons whom an administrator shut out. Every replica asks the
 * store for news every two seconds; one that has not heard from it for {@link #PATIENCE} takes nobody's word, as
 * somebody may have been shut out meanwhile.
 */
public final class Endings {

    /** How long a replica goes on without news. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final String KIND = "ended";

    /** More than has passed since the last look: a replica's clock is another, and a transaction takes its time. */
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    private static final Duration EVERYTHING = Duration.ofDays(3650);

    /** For ever, as far as a person is concerned. */
    private static final Duration SHUT_OUT = Duration.ofDays(36_500);

    private record Ending(Instant until, String reason) {}

    private final Clock clock;
    private final Map<String, Ending> endings = new ConcurrentHashMap<>();
    private volatile Optional<SharedState> heardFrom = Optional.empty();
    private volatile Instant heard = Instant.MIN;
    private volatile Optional<String> trouble = Optional.empty();

    /** What was ended here: no news to the next look, but news to streams. */
    private final AtomicBoolean endedHere = new AtomicBoolean();

    public Endings(Clock clock) {
        this.clock = clock;
    }

    /**
     * Asks for news.
     *
     * @return whether there was any: streams are to be judged again then
     */
    public boolean look(SharedState state) {
        Instant asked = clock.instant(); // what is written while the store answers is news to the next look
        Duration time = heardFrom.filter(known -> known == state).isPresent()
                        && Duration.between(heard, asked).compareTo(PATIENCE) < 0
                ? OVERLAP
                : EVERYTHING;
        List<Entry> entries;
        try {
            entries = state.writtenWithin(KIND, time);
        } catch (SharedState.UnavailableException e) {
            troubled(Optional.of(e.getMessage()));
            return endedHere.getAndSet(false);
        }
        troubled(Optional.empty());
        boolean news = endedHere.getAndSet(false);
        for (Entry entry : entries) {
            news |= note(entry);
        }
        endings.values().removeIf(ending -> !ending.until().isAfter(asked));
        heard = asked;
        heardFrom = Optional.of(state);
        return news;
    }

    private void troubled(Optional<String> now) {
        if (now.isPresent() && trouble.isEmpty()) {
            LOG.error(
                    "The store does not answer: {}; without news from it for {} seconds nobody's session or token counts",
                    now.get(),
                    PATIENCE.toSeconds());
        } else if (now.isEmpty() && trouble.isPresent()) {
            LOG.warn("The store answers again");
        }
        trouble = now;
    }

    /** Why the last look got no answer; empty when it got one. */
    public Optional<String> trouble() {
        return trouble;
    }

    private boolean note(Entry entry) {
        if (entry.value().isEmpty()) { // somebody is let in again
            return endings.remove(entry.key()) != null;
        }
        Ending ending = new Ending(entry.expires(), entry.value());
        return !ending.equals(endings.put(entry.key(), ending));
    }

    /** @throws SharedState.UnavailableException when there was no news for too long */
    public void requireNews() {
        if (Duration.between(heard, clock.instant()).compareTo(PATIENCE) > 0) {
            throw new SharedState.UnavailableException(
                    "the store has not told for " + PATIENCE.toSeconds() + " seconds what has ended");
        }
    }

    /** Why a session or a token has ended. */
    public Optional<String> ended(String id) {
        return Optional.ofNullable(endings.get("id " + id)).map(Ending::reason);
    }

    /** Why a person is shut out. */
    public Optional<String> shutOut(String user) {
        return Optional.ofNullable(endings.get(person(user))).map(Ending::reason);
    }

    /**
     * Ends a session or a token, here at once and on other replicas at their next look.
     *
     * @param until when it would have ended by itself
     */
    public void end(SharedState state, String id, Instant until, String reason) {
        write(state, "id " + id, until, reason);
    }

    /** Shuts a person out, or lets them in again. */
    public void shutOut(SharedState state, String user, boolean out, String by) {
        write(state, person(user), clock.instant().plus(SHUT_OUT), out ? "shut out by " + by : "");
    }

    private void write(SharedState state, String key, Instant until, String reason) {
        for (int attempt = 0; attempt < 10; attempt++) {
            long version = state.read(KIND, key).map(Entry::version).orElse(0L);
            Entry entry = new Entry(KIND, key, version + 1, List.of(), reason, until);
            if (state.write(entry)) {
                note(entry);
                endedHere.set(true);
                return;
            }
        }
        throw new SharedState.UnavailableException("the store was changed ten times while one entry was written");
    }

    private static String person(String user) {
        return "user " + PersonLabel.of(user);
    }
}
