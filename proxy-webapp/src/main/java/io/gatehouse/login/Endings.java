package io.gatehouse.login;

import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStore.Entry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ended before its time: sessions, API tokens, and persons whom an administrator shut out. Every replica asks the
 * store for news every second; one that has not heard from it for {@link #PATIENCE} takes nobody's word, as somebody may
 * have been shut out meanwhile. All is noted by its version: an answer that was overtaken changes nothing.
 */
public final class Endings {

    /** How long a replica goes on without news. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final String KIND = "ended";

    /** More than has passed since the last look: a replica's clock is another, and a transaction takes its time. */
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    private static final Duration EVERYTHING = Duration.ofDays(3650);

    /** For clocks that differ and answers that are late. */
    private static final Duration MARGIN = Duration.ofHours(1);

    /** For ever, as far as a person is concerned. */
    private static final Duration SHUT_OUT = Duration.ofDays(36_500);

    /** As the store has it; without a reason for somebody who was let in again. */
    private record Ending(long version, Instant until, String reason) {

        static Ending of(Entry entry) {
            return new Ending(entry.version(), entry.expires(), entry.value());
        }

        /** Older than whatever another store, or one that was away, says of the same. */
        Ending outdated() {
            return new Ending(0, until, reason);
        }
    }

    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<String, Ending> endings = new ConcurrentHashMap<>();
    private volatile Optional<StateStore> heardFrom = Optional.empty();

    /** Of the monotonic clock, which nobody sets. */
    private volatile OptionalLong heard = OptionalLong.empty();

    /** When that was by the other clock, which goes on while the machine sleeps. */
    private Instant heardAt = Instant.MIN;

    private volatile Optional<String> trouble = Optional.empty();

    /** Whether there was no news for too long, and streams were told so. */
    private boolean silent;

    /** What was ended here: no news to the next look, but news to streams. */
    private final AtomicBoolean endedHere = new AtomicBoolean();

    /** @param nanos {@link System#nanoTime}: a step of the other clock neither opens nor closes anything */
    public Endings(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * Asks for news; one caller at a time.
     *
     * @return whether streams are to be judged again: there was news, or there has been none for too long, or there is
     *     again
     */
    public synchronized boolean look(SharedState state) {
        Instant asked = clock.instant(); // what is written while the store answers is news to the next look
        long askedNanos = nanos.getAsLong();
        boolean goesOn =
                heardFrom.filter(known -> known == state.store()).isPresent() && !isLate() && !hasSteppedBy(asked);
        if (!goesOn) {
            endings.replaceAll((key, ending) -> ending.outdated());
        }
        List<Entry> entries;
        try {
            entries = state.writtenWithin(KIND, goesOn ? OVERLAP : EVERYTHING);
        } catch (SharedState.UnavailableException e) {
            troubled(Optional.of(e.getMessage()));
            return endedHere.getAndSet(false) | hasChanged(isLate());
        }
        troubled(Optional.empty());
        boolean news = endedHere.getAndSet(false) | hasChanged(false);
        for (Entry entry : entries) {
            news |= note(entry);
        }
        endings.values().removeIf(ending -> !ending.until().isAfter(asked));
        heard = OptionalLong.of(askedNanos);
        heardAt = asked;
        heardFrom = Optional.of(state.store());
        return news;
    }

    private boolean isLate() {
        OptionalLong last = heard;
        return last.isEmpty() || nanos.getAsLong() - last.getAsLong() > PATIENCE.toNanos();
    }

    /** Whether the clock was set, or the machine slept: what is recent is not known then. */
    private boolean hasSteppedBy(Instant now) {
        return Duration.between(heardAt, now).abs().compareTo(PATIENCE) > 0;
    }

    private boolean hasChanged(boolean silentNow) {
        boolean changed = silent != silentNow;
        silent = silentNow;
        return changed;
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
        String[] before = {""};
        Ending ending = endings.compute(entry.key(), (key, known) -> {
            before[0] = known == null ? "" : known.reason();
            return known == null || known.version() < entry.version() ? Ending.of(entry) : known;
        });
        return !before[0].equals(ending.reason());
    }

    /** @throws SharedState.UnavailableException when there was no news for too long */
    public void requireNews() {
        if (isLate()) {
            throw new SharedState.UnavailableException(
                    "the store has not told for " + PATIENCE.toSeconds() + " seconds what has ended");
        }
    }

    /** Why a session or a token has ended, or the tokens of an owner count for nothing. */
    public Optional<String> ended(String id) {
        return reason(ofId(id));
    }

    /** Why a person is shut out. */
    public Optional<String> shutOut(String user) {
        return endings.isEmpty() ? Optional.empty() : reason(person(user));
    }

    private Optional<String> reason(String key) {
        return Optional.ofNullable(endings.get(key)).map(Ending::reason).filter(reason -> !reason.isEmpty());
    }

    /**
     * Ends a session or a token, here at once and on other replicas at their next look, and removes it from the store.
     * That is told until nobody can believe in it any more: as long as it is in the store, that is until its end, and
     * afterwards for as long as somebody goes on with what they remember of it.
     *
     * @param kind what it is in the store
     * @param until when it would have ended by itself
     * @param memory how long a replica, or a cookie, is believed without a look into the store
     */
    public void end(SharedState state, String kind, String id, Instant until, Duration memory, String reason) {
        write(state, ofId(id), until, reason);
        state.remove(kind, id);
        Instant forgotten = clock.instant().plus(memory).plus(MARGIN);
        if (forgotten.isBefore(until)) {
            try {
                write(state, ofId(id), forgotten, reason);
            } catch (SharedState.UnavailableException e) {
                LOG.debug("An ending is told for longer than needed: {}", e.getMessage());
            }
        }
    }

    /**
     * Has what an id names count for nothing, here at once and on other replicas at their next look, until it is said
     * otherwise.
     *
     * @param until when nothing of it is left anyway
     */
    public void suspend(SharedState state, String id, Instant until, String reason) {
        write(state, ofId(id), until, reason);
    }

    /** Has it count again. @param until as above */
    public void resume(SharedState state, String id, Instant until) {
        write(state, ofId(id), until, "");
    }

    private static String ofId(String id) {
        return "id " + id;
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
                if (note(entry)) {
                    endedHere.set(true);
                }
                return;
            }
        }
        throw new SharedState.UnavailableException("the store was changed ten times while one entry was written");
    }

    private static String person(String user) {
        return "user " + Fingerprint.of(user);
    }
}
