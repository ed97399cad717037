package io.gatehouse.login;

import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStore.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store, guarded: what fails in it is one exception, that callers turn into 503. */
public final class SharedState {

    /** The store does not answer. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnavailableException(String reason) {
            super(reason, null, false, false);
        }
    }

    /** What a store has said, or why it has not. */
    private record Answer<T>(Optional<T> value, String failed) {
        static <T> Answer<T> of(T value) {
            return new Answer<>(Optional.of(value), "");
        }

        static <T> Answer<T> none(String failed) {
            return new Answer<>(Optional.empty(), failed);
        }

        T get() {
            return value.orElseThrow(() -> new UnavailableException(failed));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SharedState.class);

    private final LoginRules rules;

    public SharedState(LoginRules rules) {
        this.rules = rules;
    }

    /** The store itself, to tell it from another. */
    StateStore store() {
        return rules.store();
    }

    /** What is thrown where the store is asked too much at once. */
    public static UnavailableException busy() {
        return new UnavailableException("the store is asked too much at once");
    }

    /** @throws UnavailableException when the store does not answer */
    public Optional<Entry> read(String kind, String key) {
        return rules.storeCall()
                .<Answer<Optional<Entry>>>call(() -> Answer.of(rules.store().read(kind, key)), Answer::none)
                .get();
    }

    /** @throws UnavailableException when the store does not answer */
    public boolean write(Entry entry) {
        return rules.storeCall()
                .<Answer<Boolean>>call(() -> Answer.of(rules.store().write(entry)), Answer::none)
                .get();
    }

    /** @throws UnavailableException when the store does not answer */
    public void remove(String kind, String key) {
        rules.storeCall()
                .<Answer<Boolean>>call(
                        () -> {
                            rules.store().remove(kind, key);
                            return Answer.of(true);
                        },
                        Answer::none)
                .get();
    }

    /** @throws UnavailableException when the store does not answer */
    public List<Entry> find(String kind, String label, int limit) {
        return rules.storeCall()
                .<Answer<List<Entry>>>call(() -> Answer.of(rules.store().find(kind, label, limit)), Answer::none)
                .get();
    }

    /** @throws UnavailableException when the store does not answer */
    List<Entry> writtenWithin(String kind, Duration time) {
        return rules.storeCall()
                .<Answer<List<Entry>>>call(() -> Answer.of(rules.store().writtenWithin(kind, time)), Answer::none)
                .get();
    }

    /** Has it forget what expired before a time; when it does not answer, the next time will do. */
    public void sweep(Instant before) {
        rules.storeCall()
                .call(
                        () -> {
                            rules.store().sweep(before);
                            return true;
                        },
                        failed -> {
                            LOG.debug("The store could not be swept: {}", failed);
                            return false;
                        });
    }
}
