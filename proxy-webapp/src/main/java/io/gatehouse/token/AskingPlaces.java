package io.gatehouse.token;

import io.gatehouse.spi.Renewal;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many owners one authenticator is asked about at once: a few, so that one that hangs keeps most of its plugin's
 * threads for those who log in. A call keeps its place until it ends, though nobody waits for it any more.
 */
final class AskingPlaces {

    static final int MAX = 4;

    private final Semaphore free = new Semaphore(MAX);

    /** @return nothing when all are taken */
    Optional<Place> take() {
        return free.tryAcquire() ? Optional.of(new Place()) : Optional.empty();
    }

    /** For one call. */
    final class Place implements AutoCloseable {

        private final AtomicBoolean used = new AtomicBoolean();

        private Place() {}

        /** Gives the place back when the call has ended; one that begins after {@link #close} is not made. */
        Callable<Renewal> during(Callable<Renewal> call) {
            return () -> {
                if (!used.compareAndSet(false, true)) {
                    return Renewal.unavailable("nobody waits for the answer any more");
                }
                try {
                    return call.call();
                } finally {
                    free.release();
                }
            };
        }

        /** Gives the place back when no call has begun. */
        @Override
        public void close() {
            if (used.compareAndSet(false, true)) {
                free.release();
            }
        }
    }
}
