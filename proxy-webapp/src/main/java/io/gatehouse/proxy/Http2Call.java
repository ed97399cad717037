package io.gatehouse.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * One request on its way to an upstream over HTTP/2 and its answer on its way back: a stream. One thread waits here for
 * what comes in; the request's body is sent meanwhile by whoever has it. Any thread may cut it.
 */
final class Http2Call implements Stream.Listener {

    /** Jetty says that a stream was reset just before it says why. */
    private static final long REASON_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Http2Connection connection;
    private final boolean lasting;
    private final Http2Signs signs;
    private final Http2Failure failure;
    private final Http2Answer answer = new Http2Answer();

    /** Done when the head is on its way: anything ahead of it would be an error of the whole connection, RFC 9113 5.1. */
    private final CompletableFuture<Stream> opened = new CompletableFuture<>();

    private volatile Stream stream;
    private volatile boolean begun;
    private volatile boolean closedByReset;

    /**
     * A call that holds its place until it is over.
     *
     * @param lasting whether it may last: then a client that sends nothing is no excuse for a silence
     * @param patienceNanos how long neither side of the stream may move
     */
    Http2Call(Http2Connection connection, boolean lasting, long patienceNanos) {
        this.connection = connection;
        this.lasting = lasting;
        this.signs = new Http2Signs(patienceNanos);
        this.failure = new Http2Failure(signs::wake);
    }

    boolean isLasting() {
        return lasting;
    }

    /** Sends the head; what goes wrong is told to whoever waits for the answer. */
    void open(HeadersFrame request) {
        begun = true;
        connection.opened();
        connection.session().newStream(request, Promise.from(opened::complete, this::notOpened), this);
    }

    private void notOpened(Throwable cause) {
        connection.left(this);
        failure.notOpened(stream == null, cause);
        opened.completeExceptionally(cause);
    }

    @Override
    public void onNewStream(Stream created) {
        created.setIdleTimeout(-1);
        stream = created;
    }

    /** Sends a piece of the body; the next may be sent when the callback says so. */
    void send(ByteBuffer piece, boolean last, Callback then) {
        signs.sending();
        opened.whenComplete((open, failed) -> {
            if (failed != null) {
                then.failed(failed);
                return;
            }
            open.data(
                    new DataFrame(open.getId(), piece, last),
                    Callback.from(
                            () -> {
                                signs.sent(last);
                                then.succeeded();
                            },
                            then::failed));
        });
    }

    /** Who waits for what, and for how long. */
    Http2Signs signs() {
        return signs;
    }

    /** Waits for the head of the answer, or for an interim one. */
    MetaData.Response awaitHead() throws IOException {
        while (true) {
            Optional<MetaData.Response> next = answer.next();
            if (next.isPresent()) {
                return next.get();
            }
            throwFailure();
            await(!lasting);
        }
    }

    /** Whether the answer ended with its head. */
    boolean hasNoBody() {
        return answer.hasNoBody();
    }

    /** The next piece of the body, if it is here already; to be released. The last one says that it is. */
    Optional<Stream.Data> poll() {
        return Optional.ofNullable(stream.readData());
    }

    /** Waits for the next piece of the body. */
    Stream.Data next() throws IOException {
        while (true) {
            Stream.Data data = stream.readData();
            if (data != null) {
                return data;
            }
            throwFailure();
            stream.demand();
            await(false);
        }
    }

    /** The trailers, once the body was read to its end. */
    HttpFields trailers() {
        return answer.trailers();
    }

    /** Whether nothing of the request has left, so that it may go another way whatever it is. */
    boolean isUnsent() {
        return failure.isUnsent();
    }

    /** Whether the upstream says, or its connection's end lets one think, that it has not begun with it. */
    boolean isLost() {
        return !answer.hasBegun() && failure.isLost(connection.isReused());
    }

    private void throwFailure() throws IOException {
        if (!failure.isThere() && closedByReset) {
            signs.await(REASON_NANOS);
            failure.because(new IOException("the stream was reset")); // by Jetty itself, as for a wrong length
        }
        failure.throwIfThere();
    }

    private void await(boolean forTheClient) throws IOException {
        try {
            signs.await(forTheClient);
        } catch (SocketTimeoutException e) {
            failure.because(e);
            throw e;
        }
    }

    /** Ends it from outside, and wakes whoever waits. */
    void cut() {
        failure.because(new IOException("the request was ended"));
        reset();
    }

    /** Ends it as nobody answers at the other end of its connection. */
    void connectionIsDead() {
        failure.connectionIsDead();
    }

    /** Ends it as its client has left in the midst of the body. */
    void clientGone(ClientGoneException cause) {
        failure.because(cause);
        reset();
    }

    /** Lets the upstream know that no more is wanted or sent; no effect where both sides are through. */
    void reset() {
        if (!begun) {
            connection.left(this);
        }
        opened.thenAccept(open -> {
            if (!open.isClosed()) {
                open.reset(new ResetFrame(open.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
            }
        });
    }

    @Override
    public void onHeaders(Stream from, HeadersFrame frame, Callback callback) {
        try {
            answer.take(frame);
        } catch (IOException e) {
            failure.because(e);
        }
        moved();
        callback.succeeded();
    }

    private void moved() {
        connection.heard();
        signs.moved();
    }

    @Override
    public void onDataAvailable(Stream from, boolean immediate) {
        moved();
    }

    @Override
    public void onReset(Stream from, ResetFrame frame, Callback callback) {
        failure.reset(frame.getError());
        moved();
        callback.succeeded();
    }

    @Override
    public void onFailure(Stream from, int error, String reason, Throwable cause, Callback callback) {
        failure.connectionFailed(error, cause);
        callback.succeeded();
    }

    @Override
    public void onIdleTimeout(Stream from, TimeoutException cause, Promise<Boolean> promise) {
        promise.succeeded(false); // the one who waits counts the time
    }

    @Override
    public void onClosed(Stream from) {
        connection.left(this);
        if (from.isReset()) {
            closedByReset = true;
            signs.wake();
        }
    }
}
