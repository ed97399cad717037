package io.gatehouse.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;

/** A connection of HTTP/2 to an upstream, with as many streams as both sides want. */
final class Http2Connection implements Session.Listener {

    /** So many that all their windows together are no more than the connection's. */
    static final int STREAMS = 250;

    private final Optional<SSLContext> tls;
    private final CompletableFuture<Session> ready = new CompletableFuture<>();
    private final Set<Http2Call> calls = ConcurrentHashMap.newKeySet();
    private final Http2Pulse pulse = new Http2Pulse();
    private final Runnable onChange;
    private final Consumer<Http2Call> onLeft;
    private volatile Session session;
    private volatile int most = STREAMS;
    private volatile boolean takesMore = true;
    private volatile boolean gone;
    private volatile boolean reused;

    /**
     * A connection that is to be opened.
     *
     * @param onChange is called when it may take more streams, or none
     * @param onLeft is called when a stream is over
     */
    Http2Connection(Optional<SSLContext> tls, Runnable onChange, Consumer<Http2Call> onLeft) {
        this.tls = tls;
        this.onLeft = onLeft;
        this.onChange = onChange;
    }

    /** Waits until the upstream has said what it allows, by which it also shows that it speaks HTTP/2. */
    void awaitReady(long millis) throws IOException {
        try {
            ready.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no HTTP/2 settings came");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamFailureException(503, "Gatehouse is stopping", e);
        }
    }

    /** Takes note of why there is no connection. */
    void failed(Throwable cause) {
        gone = true;
        takesMore = false;
        ready.completeExceptionally(cause);
    }

    Session session() {
        return session;
    }

    /** Whether a stream may be opened that wants this TLS; its place is taken then. Under the lock of the client. */
    Optional<Http2Call> enter(Optional<SSLContext> wantedTls, boolean lasting, long patienceNanos) {
        if (!tls.equals(wantedTls)) {
            retire();
        }
        if (!takesMore || calls.size() >= most) {
            return Optional.empty();
        }
        Http2Call call = new Http2Call(this, lasting, patienceNanos);
        calls.add(call);
        return Optional.of(call);
    }

    /** Opens no more streams, and ends with the last one. */
    private void retire() {
        if (takesMore) {
            takesMore = false;
            session.shutdown();
        }
    }

    /** A stream is over. */
    void left(Http2Call call) {
        if (calls.remove(call)) {
            reused = true;
            onLeft.accept(call);
        }
    }

    /** A stream is being opened. */
    void opened() {
        pulse.opened(System.nanoTime());
    }

    /** Something of a stream came. */
    void heard() {
        pulse.heard();
    }

    /** Asks for a sign of life when it is time to, and closes the connection of an upstream that gives none. */
    void lookAfter(long now) {
        switch (pulse.look(now)) {
            case ASK -> session.ping(new PingFrame(false), Callback.NOOP);
            case GIVE_UP -> abandon();
            case NOTHING -> {}
        }
    }

    private void abandon() {
        failed(new SocketTimeoutException("nobody answers"));
        calls.forEach(Http2Call::connectionIsDead);
        ((HTTP2Session) session).disconnect(); // there is nobody to say goodbye to
        onChange.run();
    }

    @Override
    public void onPing(Session from, PingFrame frame) {
        pulse.answered();
    }

    /** Whether an exchange was carried out on it before. */
    boolean isReused() {
        return reused;
    }

    boolean isGone() {
        return gone;
    }

    /** Cuts all streams and the connection. */
    void close() {
        takesMore = false;
        calls.forEach(Http2Call::cut);
        Session open = session;
        if (open != null) {
            open.close(0, "", Callback.NOOP);
        }
    }

    @Override
    public void onSettings(Session opened, SettingsFrame frame) {
        session = opened;
        Integer allowed = frame.getSettings().get(SettingsFrame.MAX_CONCURRENT_STREAMS);
        if (allowed != null) {
            most = Math.min(STREAMS, allowed);
        }
        ready.complete(opened);
        onChange.run();
    }

    @Override
    public void onGoAway(Session from, GoAwayFrame frame) {
        takesMore = false;
        onChange.run();
    }

    @Override
    public void onClose(Session from, GoAwayFrame frame, Callback callback) {
        over(new IOException("the upstream closed the connection"));
        callback.succeeded();
    }

    @Override
    public void onFailure(Session from, Throwable cause, Callback callback) {
        over(cause);
        callback.succeeded();
    }

    private void over(Throwable cause) {
        failed(cause);
        onChange.run();
    }

    /** One with open streams may be silent: each stream has its own bound. */
    @Override
    public boolean onIdleTimeout(Session from) {
        return calls.isEmpty();
    }
}
