package io.gatehouse.tunnel;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One switched connection: a client's channel and an upstream connection, joined in both directions with one buffer of
 * 16 KiB each and nothing in between, so that a slow reader slows its writer down.
 *
 * <p>The side that ends first leaves the other one {@code halfClose} to finish, then both are closed.
 */
public final class Tunnel {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    private static final int BUFFER_BYTES = 16 * 1024;

    private record Ending(TunnelEnd.Reason reason, String text) {}

    private final SwitchedConnection upstream;
    private final TunnelTimes times;
    private final Executor threads;
    private final BiConsumer<Tunnel, TunnelEnd> atEnd;

    private final AtomicReference<ClientChannel> client = new AtomicReference<>();
    private final AtomicReference<Ending> halfClosed = new AtomicReference<>();
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final AtomicBoolean told = new AtomicBoolean();
    /** Threads at work, and one for "not ended yet". */
    private final AtomicInteger parties = new AtomicInteger(1);

    private final AtomicInteger readable = new AtomicInteger();
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile boolean clientDone;

    Tunnel(
            SwitchedConnection upstream,
            TunnelLimits limits,
            Executor threads,
            LongSupplier clock,
            BiConsumer<Tunnel, TunnelEnd> atEnd) {
        this.upstream = upstream;
        this.threads = threads;
        this.atEnd = atEnd;
        times = new TunnelTimes(limits, clock);
    }

    /** From the client so far. */
    public long bytesIn() {
        return bytesIn.get();
    }

    /** To the client so far. */
    public long bytesOut() {
        return bytesOut.get();
    }

    /** Ends both directions at once, from any thread, without waiting; the observer gets the text. */
    public void close(String text) {
        end(TunnelEnd.Reason.CLOSED_BY_US, text);
    }

    /** Called by the container when the connection is ours; returns at once. */
    void start(ClientChannel channel) {
        client.set(channel);
        if (ending.get() != null) {
            channel.close();
            return;
        }
        execute(this::pump);
        onReadable();
    }

    /** Called by the container when the client has sent something, or has gone; returns at once. */
    void onReadable() {
        if (ending.get() == null && readable.getAndIncrement() == 0) {
            execute(this::drainClient);
        }
    }

    private void execute(Runnable work) {
        parties.incrementAndGet();
        try {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    LOG.error("A tunnel failed", e);
                    end(TunnelEnd.Reason.ERROR, "unexpected failure");
                } finally {
                    leave();
                }
            });
        } catch (RuntimeException | Error e) { // the system may have no thread left, which is an OutOfMemoryError
            end(TunnelEnd.Reason.ERROR, "no thread");
            leave();
        }
    }

    private void drainClient() {
        byte[] buffer = new byte[BUFFER_BYTES];
        int seen = readable.get();
        do {
            readAllOfClient(buffer);
            seen = readable.addAndGet(-seen);
        } while (seen != 0);
    }

    private void readAllOfClient(byte[] buffer) {
        ClientChannel channel = client.get();
        while (!clientDone && ending.get() == null) {
            int count;
            try {
                count = channel.read(buffer);
                if (count == 0) {
                    channel.awaitReadable();
                    return;
                }
            } catch (IOException e) {
                LOG.debug("Reading from the client failed: {}", e.toString());
                end(TunnelEnd.Reason.CLIENT_CLOSED, "the client broke the connection");
                return;
            }
            try {
                if (count < 0) {
                    clientDone = true;
                    halfClose(TunnelEnd.Reason.CLIENT_CLOSED, "the client closed the connection");
                    upstream.shutdownOutput();
                } else {
                    toUpstream(buffer, count);
                }
            } catch (IOException e) {
                LOG.debug("Writing to the upstream failed: {}", e.toString());
                clientDone = true;
                halfClose(TunnelEnd.Reason.UPSTREAM_CLOSED, "the upstream broke the connection");
            }
        }
    }

    private void toUpstream(byte[] buffer, int count) throws IOException {
        times.writingToUpstream();
        try {
            upstream.write(buffer, count);
        } finally {
            times.wroteToUpstream();
        }
        bytesIn.addAndGet(count);
    }

    private void pump() {
        ClientChannel channel = client.get();
        byte[] buffer = new byte[BUFFER_BYTES];
        while (ending.get() == null) {
            int count;
            try {
                count = upstream.read(buffer);
            } catch (IOException e) {
                LOG.debug("Reading from the upstream failed: {}", e.toString());
                end(TunnelEnd.Reason.UPSTREAM_CLOSED, "the upstream broke the connection");
                return;
            }
            try {
                if (count < 0) {
                    finishClient(channel);
                    return;
                }
                times.writingToClient();
                channel.write(buffer, count);
                times.wroteToClient();
                bytesOut.addAndGet(count);
            } catch (IOException e) {
                LOG.debug("Writing to the client failed: {}", e.toString());
                end(TunnelEnd.Reason.CLIENT_CLOSED, "the client broke the connection");
                return;
            }
        }
    }

    private void finishClient(ClientChannel channel) throws IOException {
        String text = "the upstream closed the connection";
        halfClose(TunnelEnd.Reason.UPSTREAM_CLOSED, text);
        if (ending.get() == null && !channel.shutdownOutput()) {
            end(TunnelEnd.Reason.UPSTREAM_CLOSED, text);
        }
    }

    /** The first side to end is the reason; the second one ends the tunnel. */
    private void halfClose(TunnelEnd.Reason reason, String text) {
        if (halfClosed.compareAndSet(null, new Ending(reason, text))) {
            times.halfClosed();
        } else {
            end(reason, text);
        }
    }

    private void end(TunnelEnd.Reason reason, String text) {
        Ending first = halfClosed.get();
        boolean closedByPeer = reason == TunnelEnd.Reason.CLIENT_CLOSED || reason == TunnelEnd.Reason.UPSTREAM_CLOSED;
        Ending now = closedByPeer && first != null ? first : new Ending(reason, text);
        if (!ending.compareAndSet(null, now)) {
            return;
        }
        upstream.close();
        ClientChannel channel = client.get();
        if (channel != null) {
            channel.close();
        }
        leave();
    }

    private void leave() {
        if (parties.decrementAndGet() == 0 && told.compareAndSet(false, true)) {
            Ending end = ending.get();
            atEnd.accept(this, new TunnelEnd(end.reason(), end.text(), bytesIn(), bytesOut(), times.lasted()));
        }
    }

    /** The container has closed the connection by itself. */
    void onContainerClosed() {
        end(TunnelEnd.Reason.CLIENT_CLOSED, "the container closed the connection");
    }

    /** Ends the tunnel when it is over one of its bounds. */
    void check() {
        times.broken(client.get() != null).ifPresent(bound -> end(bound.reason(), bound.text()));
        Ending first = halfClosed.get();
        if (first != null && times.isHalfCloseOver()) {
            end(first.reason(), first.text());
        }
    }
}
