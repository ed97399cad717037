package io.gatehouse.proxy;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The signs of life of a stream, and the thread that waits for the next, but not for ever. */
final class Http2Signs {

    private final long patienceNanos;
    private final Semaphore news = new Semaphore(0);
    private volatile boolean sending;
    private volatile boolean clientOwes;
    private volatile long last = System.nanoTime();
    private boolean gaveUp;

    /** @param patienceNanos how long neither side of the stream may move */
    Http2Signs(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /** There is a body, and the client has to send it. */
    void awaitsBody() {
        clientOwes = true;
    }

    /** A piece of the body waits for the upstream to take it. */
    void sending() {
        last = System.nanoTime();
        clientOwes = false;
        sending = true;
    }

    /** The upstream took a piece of the body. */
    void sent(boolean wasLast) {
        sending = false;
        clientOwes = !wasLast;
        last = System.nanoTime();
    }

    /** The upstream has moved. */
    void moved() {
        last = System.nanoTime();
        news.release();
    }

    /** Wakes the one who waits. */
    void wake() {
        news.release();
    }

    /** Whether the time was over while the upstream took nothing of the body. */
    boolean gaveUp() {
        return gaveUp;
    }

    /**
     * Waits for the next sign.
     *
     * @param forTheClient whether it is no silence of the upstream's that its client has not sent all of the body
     * @throws SocketTimeoutException when the silence has lasted too long
     */
    void await(boolean forTheClient) throws SocketTimeoutException, InterruptedIOException {
        long left = patienceNanos - (System.nanoTime() - last);
        if (left <= 0 && !(forTheClient && clientOwes)) {
            gaveUp = sending;
            throw new SocketTimeoutException("no sign of the upstream for too long");
        }
        await(left <= 0 ? patienceNanos : left);
    }

    /** Waits for the next sign for no longer than this. */
    void await(long nanos) throws InterruptedIOException {
        try {
            if (news.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Gatehouse is stopping");
        }
    }
}
