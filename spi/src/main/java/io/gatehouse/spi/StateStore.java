package io.gatehouse.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What must outlive a restart and what replicas share: sessions, API tokens, revocations. Entries of a few kilobytes,
 * found by kind and key or by a label; the host encrypts what is secret in them. Called by many threads at once; every
 * method throws {@link StoreUnavailableException} when the store does not answer, within ten seconds or so.
 */
public interface StateStore extends AutoCloseable {

    /**
     * One entry.
     *
     * @param kind which sort of thing, such as {@code session}
     * @param key unique within the kind, at most 128 characters
     * @param version 1 when it is first written, and one more with every change
     * @param labels what else it is found by, each at most 200 characters, at most 16 of them
     * @param value at most 256 KB
     * @param expires from then on it is as if it were not there; to the millisecond
     */
    record Entry(String kind, String key, long version, List<String> labels, String value, Instant expires) {
        public Entry {
            labels = List.copyOf(labels);
        }
    }

    /** Reads one that has not expired. */
    Optional<Entry> read(String kind, String key);

    /**
     * Writes one, when the last version there is the one before it; a new entry has version 1. One that has expired counts
     * as absent.
     *
     * @return whether it was written: false means that somebody else came first
     */
    boolean write(Entry entry);

    /** Removes one, whatever its version. */
    void remove(String kind, String key);

    /** The entries with a label that have not expired, in the order of their keys. */
    List<Entry> find(String kind, String label, int limit);

    /**
     * The entries that were written within the last while by the store's own clock, in the order of their keys: how
     * replicas learn of one another's changes. Those written at the same time as the answer is made may be missing, so ask
     * for more than has passed.
     */
    List<Entry> writtenWithin(String kind, Duration time);

    /** Forgets entries that expired before a time; none that has not expired by the store's own clock. */
    void sweep(Instant before);

    /** Whether others beside this Gatehouse may use what it keeps them in at the same time. */
    default boolean isShared() {
        return false;
    }

    /**
     * Tries whether what it keeps them in answers, as for {@code gatehouse check --connect}; may take some seconds.
     *
     * @return what is wrong; nothing when all is well, or there is nothing to try
     */
    default Optional<String> tryConnection() {
        return Optional.empty();
    }

    @Override
    void close();
}
