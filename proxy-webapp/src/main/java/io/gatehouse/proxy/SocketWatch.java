package io.gatehouse.proxy;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;

/**
 * Since when a read or a write of a connection, or the head of an answer, waits for the other side. Somebody looks at
 * that now and then, and breaks a connection that waits for too long: a socket bounds no writes, and to bound a read
 * costs a timer for each of them.
 */
final class SocketWatch {

    private static final long NEVER = Long.MAX_VALUE;

    private volatile long readingSince = NEVER;
    private volatile long writingSince = NEVER;
    private volatile long headSince = NEVER;
    private volatile boolean nothingCame;
    private volatile boolean nothingTaken;

    /**
     * Whether a read, a write or a head has waited for too long; whoever asks then has to break the connection.
     *
     * @param now {@link System#nanoTime}
     */
    boolean isStuck(long now, long patienceNanos) {
        nothingTaken |= isOver(writingSince, now, patienceNanos);
        nothingCame |= isOver(readingSince, now, patienceNanos) || isOver(headSince, now, patienceNanos);
        return nothingTaken || nothingCame;
    }

    private static boolean isOver(long since, long now, long patienceNanos) {
        return since != NEVER && now - since > patienceNanos;
    }

    /** From now on a head is awaited, and has to come whole: one that comes byte by byte would take for ever. */
    void awaitHead() {
        headSince = System.nanoTime();
    }

    /** No head is awaited any more. */
    void headCame() {
        headSince = NEVER;
    }

    /** Whether it was a write. */
    boolean nothingTaken() {
        return nothingTaken;
    }

    /** Reads under watch; when one was broken off, it ends as one that has timed out. */
    InputStream of(InputStream in) {
        return new WatchedInput(in);
    }

    /** Writes under watch; a write is one buffer at the most. */
    OutputStream of(OutputStream out) {
        return new WatchedOutput(out);
    }

    private final class WatchedInput extends FilterInputStream {

        WatchedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            readingSince = System.nanoTime();
            try {
                return in.read(bytes, offset, length);
            } catch (IOException e) {
                throw nothingCame ? timeOut(e) : e;
            } finally {
                readingSince = NEVER;
            }
        }

        private static SocketTimeoutException timeOut(IOException cause) {
            SocketTimeoutException timeOut = new SocketTimeoutException("nothing came for too long");
            timeOut.initCause(cause);
            return timeOut;
        }
    }

    private final class WatchedOutput extends FilterOutputStream {

        WatchedOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int next) throws IOException {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            writingSince = System.nanoTime();
            try {
                out.write(bytes, offset, length);
            } finally {
                writingSince = NEVER;
            }
        }
    }
}
