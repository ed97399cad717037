package io.gatehouse.login;

import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in memory, which can be made to fail. */
public final class FakeStore implements StateStore {

    private record Written(Entry entry, Instant time) {}

    private final Map<String, Written> entries = new TreeMap<>();
    private final Clock clock;
    private boolean broken;
    private String refused = "";
    private boolean removesNothing;
    private Runnable after = () -> {};
    private Runnable afterRead = () -> {};
    private int reads;
    private Duration lookedBack = Duration.ZERO;

    public FakeStore(Clock clock) {
        this.clock = clock;
    }

    public void breakDown(boolean now) {
        broken = now;
    }

    /** Fails where something of a kind is to be written; an empty text for none. */
    public void refuse(String kind) {
        refused = kind;
    }

    /** Fails where something is to be removed. */
    public void removeNothing(boolean now) {
        removesNothing = now;
    }

    /** What happens between an answer of what was written and its arrival. */
    public void after(Runnable event) {
        after = event;
    }

    /** What happens once, after an entry was read. */
    public void afterRead(Runnable event) {
        afterRead = event;
    }

    /** How often one entry was asked for. */
    public int reads() {
        return reads;
    }

    /** How old what was asked for last may have been. */
    public Duration lookedBack() {
        return lookedBack;
    }

    private void check() {
        if (broken) {
            throw new StoreUnavailableException("the database is down");
        }
    }

    @Override
    public synchronized Optional<Entry> read(String kind, String key) {
        check();
        reads++;
        Optional<Entry> found = Optional.ofNullable(entries.get(kind + "/" + key))
                .map(Written::entry)
                .filter(entry -> clock.instant().isBefore(entry.expires()));
        Runnable event = afterRead;
        afterRead = () -> {};
        event.run();
        return found;
    }

    @Override
    public synchronized boolean write(Entry entry) {
        check();
        if (entry.kind().equals(refused)) {
            throw new StoreUnavailableException("the database is full");
        }
        long version = read(entry.kind(), entry.key()).map(Entry::version).orElse(0L);
        if (entry.version() != version + 1) {
            return false;
        }
        entries.put(entry.kind() + "/" + entry.key(), new Written(entry, clock.instant()));
        return true;
    }

    @Override
    public synchronized void remove(String kind, String key) {
        check();
        if (removesNothing) {
            throw new IllegalStateException("the store is broken");
        }
        entries.remove(kind + "/" + key);
    }

    @Override
    public synchronized List<Entry> find(String kind, String label, int limit) {
        check();
        return all(kind).stream()
                .map(Written::entry)
                .filter(entry -> entry.labels().contains(label))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Entry> writtenWithin(String kind, Duration time) {
        check();
        lookedBack = time;
        List<Entry> found = all(kind).stream()
                .filter(written -> !written.time().isBefore(clock.instant().minus(time)))
                .map(Written::entry)
                .toList();
        after.run();
        return found;
    }

    private List<Written> all(String kind) {
        List<Written> all = new ArrayList<>(entries.values());
        all.removeIf(written -> !written.entry().kind().equals(kind)
                || !clock.instant().isBefore(written.entry().expires()));
        return all;
    }

    @Override
    public synchronized void sweep(Instant before) {
        check();
        entries.values().removeIf(written -> written.entry().expires().isBefore(before));
    }

    /** How many entries there are, those too that have expired. */
    public synchronized int size() {
        return entries.size();
    }

    @Override
    public void close() {}
}
