package io.gatehouse.tunnel;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Closes a socket when its time is up. A socket's own time-out counts each read anew, so that a peer which sends a byte
 * now and then would never meet it.
 */
final class SocketDeadline {
    private final Future<?> timer;
    private volatile boolean passed;

    /** @throws UpgradeException when we are closing; the socket is left open */
    SocketDeadline(ScheduledExecutorService scheduler, Socket socket, Duration time) throws UpgradeException {
        try {
            timer = scheduler.schedule(
                    () -> {
                        passed = true;
                        socket.close();
                        return null;
                    },
                    time.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new UpgradeException(UpgradeException.Reason.TOO_MANY_TUNNELS, "We are closing", e);
        }
    }

    void cancel() {
        timer.cancel(false);
    }

    boolean passed() {
        return passed;
    }

    /** The same failure as a typed one: a time-out when the deadline closed the socket. */
    UpgradeException explain(IOException failure, String otherwise) {
        if (passed) {
            return new UpgradeException(UpgradeException.Reason.TIMED_OUT, "The upstream took too long", failure);
        }
        if (failure instanceof UpgradeException typed) {
            return typed;
        }
        return new UpgradeException(UpgradeException.Reason.BAD_ANSWER, otherwise, failure);
    }
}
