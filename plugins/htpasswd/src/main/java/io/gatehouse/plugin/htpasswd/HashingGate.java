package io.gatehouse.plugin.htpasswd;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets no more hashes be made at once than there are processors, so that guessing can not take the whole machine. */
class HashingGate {

    static final Duration PATIENCE = Duration.ofSeconds(2);

    /** So many wait at the most; the calls are made on the threads of requests, which guessing must not use up. */
    static final int MOST_WAITING = 16;

    private final Semaphore places;

    HashingGate(int places) {
        this.places = new Semaphore(places, true);
    }

    /** Waits for a place; whoever gets one must {@link #leave}. */
    boolean enter() {
        if (places.getQueueLength() >= MOST_WAITING) {
            return false;
        }
        try {
            return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void leave() {
        places.release();
    }
}
