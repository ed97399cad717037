package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * HTTP/2 towards one target: connections that are opened when the streams of the others are used up, one at a time. Whoever
 * waits does so on a thread of ours.
 */
final class Http2Client {

    /** How long a request waits for a stream when all are used up. */
    private static final long PLACE_WAIT_MILLIS = 5_000;

    private final Target target;
    private final Http2Connector connector;
    private final List<Http2Connection> connections = new ArrayList<>();
    private final Semaphore ordinary;
    private boolean connecting;
    private int failedConnects;
    private IOException connectFailure;
    private boolean closed;

    Http2Client(Target target) {
        this.target = target;
        this.ordinary = new Semaphore(target.limits().connections());
        this.connector = new Http2Connector(target);
    }

    /**
     * A stream that is still to be opened, on a connection that is.
     *
     * @param patienceNanos how long neither side of it may move
     * @param lasting whether it may last; the others are as many at once as connections were allowed
     * @throws IOException when there is no connection
     */
    Http2Call call(Optional<SSLContext> tls, boolean lasting, long patienceNanos) throws IOException {
        boolean found = false;
        if (!lasting) {
            awaitPlace();
        }
        try {
            Http2Call call = find(tls, lasting, patienceNanos);
            found = true;
            return call;
        } finally {
            if (!found && !lasting) {
                ordinary.release();
            }
        }
    }

    private void awaitPlace() throws UpstreamFailureException {
        try {
            if (!ordinary.tryAcquire(PLACE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw noneFree();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamFailureException(503, "Gatehouse is stopping", e);
        }
    }

    private UpstreamFailureException noneFree() {
        return new UpstreamFailureException(503, "target " + target + " has no connection free", null);
    }

    private Http2Call find(Optional<SSLContext> tls, boolean lasting, long patienceNanos) throws IOException {
        long free = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PLACE_WAIT_MILLIS);
        long connected = free + connector.patience(tls).toNanos();
        while (true) {
            synchronized (this) {
                Optional<Http2Call> call = enter(tls, lasting, patienceNanos);
                if (call.isPresent()) {
                    return call.get();
                }
                if (connecting || connections.size() >= target.limits().connections()) {
                    int before = failedConnects;
                    awaitChange(connecting ? connected : free);
                    if (failedConnects != before) {
                        throw connectFailure; // what one has found out is true for all who waited for it
                    }
                    continue;
                }
                connecting = true;
            }
            connectFor(tls);
        }
    }

    private void connectFor(Optional<SSLContext> tls) throws IOException {
        IOException failure = new IOException("the connection could not be opened");
        boolean connected = false;
        try {
            connect(tls);
            connected = true;
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            synchronized (this) {
                connecting = false;
                if (!connected) {
                    failedConnects++;
                    connectFailure = failure;
                }
                notifyAll();
            }
        }
    }

    private Optional<Http2Call> enter(Optional<SSLContext> tls, boolean lasting, long patienceNanos)
            throws UpstreamFailureException {
        if (closed) {
            throw new UpstreamFailureException(503, "target " + target + " is not served any more", null);
        }
        connections.removeIf(Http2Connection::isGone);
        for (Http2Connection connection : connections) {
            Optional<Http2Call> call = connection.enter(tls, lasting, patienceNanos);
            if (call.isPresent()) {
                return call;
            }
        }
        return Optional.empty();
    }

    private void awaitChange(long deadline) throws UpstreamFailureException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw noneFree();
        }
        try {
            wait(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamFailureException(503, "Gatehouse is stopping", e);
        }
    }

    private synchronized void changed() {
        notifyAll();
    }

    private void left(Http2Call call) {
        if (!call.isLasting()) {
            ordinary.release();
        }
        changed();
    }

    private void connect(Optional<SSLContext> tls) throws IOException {
        Http2Connection connection =
                connector.connect(tls, wanted -> new Http2Connection(wanted, this::changed, this::left));
        synchronized (this) {
            connections.add(connection);
            if (!closed) {
                return;
            }
        }
        connection.close();
    }

    /** Looks whether somebody is still there at the other end of each connection; about once a second. */
    void lookAfter(long now) {
        List<Http2Connection> open;
        synchronized (this) {
            open = List.copyOf(connections);
        }
        open.forEach(connection -> connection.lookAfter(now));
    }

    /** Closes everything, streams in use too. */
    void close() {
        List<Http2Connection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
            connections.clear();
            notifyAll();
        }
        open.forEach(Http2Connection::close);
        connector.close();
    }
}
