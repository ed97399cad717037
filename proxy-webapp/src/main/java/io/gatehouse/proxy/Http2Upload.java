package io.gatehouse.proxy;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.tunnel.TomcatStream;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;

/**
 * A client's body on its way to an upstream while the answer is on its way back. No thread waits for it: what the client
 * has sent is read when the piece before was taken, one buffer at a time.
 */
final class Http2Upload implements ReadListener {

    private static final int BUFFER = 16 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final HttpServletRequest request;
    private final ServletInputStream from;
    private final long length;
    private final Http2Call call;
    private final RequestRecord record;
    private final byte[] buffer = new byte[BUFFER];

    /** Who makes it greater than zero pumps; the others have him look once more. */
    private final AtomicInteger wanted = new AtomicInteger(1);

    private volatile boolean sending;
    private long read;
    private boolean ended;
    private boolean stopped;

    private Http2Upload(HttpServletRequest request, long length, Http2Call call, RequestRecord record)
            throws IOException {
        this.request = request;
        this.from = request.getInputStream();
        this.length = length;
        this.call = call;
        this.record = record;
    }

    /**
     * Begins.
     *
     * @param length negative when it is not known before its end
     * @param first what was read of it already
     * @throws ClientGoneException when the client has left
     */
    static Http2Upload begin(
            HttpServletRequest request, long length, byte[] first, Http2Call call, RequestRecord record)
            throws ClientGoneException {
        try {
            Http2Upload upload = new Http2Upload(request, length, call, record);
            call.signs().awaitsBody();
            upload.from.setReadListener(upload);
            if (first.length > 0) {
                upload.send(first.length, ByteBuffer.wrap(first), false);
            }
            upload.drain(); // until now the one who pumps is this; Tomcat says nothing about a body that is here
            // already
            return upload;
        } catch (IOException | IllegalStateException e) {
            throw new ClientGoneException("the request body can not be read", e);
        }
    }

    @Override
    public void onDataAvailable() {
        pump();
    }

    /** Tomcat says so also when not all was read; so it is one more reason to look. */
    @Override
    public void onAllDataRead() {
        pump();
    }

    @Override
    public void onError(Throwable cause) {
        synchronized (this) {
            if (stopped || ended) {
                return;
            }
        }
        call.clientGone(new ClientGoneException("the request body broke off", cause));
    }

    private void pump() {
        if (wanted.getAndIncrement() > 0) {
            return;
        }
        drain();
    }

    private void drain() {
        int seen;
        do {
            seen = wanted.get();
            while (!sending && sendNext()) {
                // until there is nothing to send, or the upstream takes its time
            }
        } while (!wanted.compareAndSet(seen, 0));
    }

    /** Sends what is here; false when nothing is. */
    private boolean sendNext() {
        int count;
        try {
            count = read();
        } catch (IOException | RuntimeException e) { // a container that has let go of the request says so in many ways
            onError(e);
            return false;
        }
        if (count > 0) {
            send(count, ByteBuffer.wrap(buffer, 0, count), false);
        } else if (count < 0) {
            send(0, NOTHING.duplicate(), true);
        }
        return count > 0;
    }

    /** How many bytes were read: none when nothing is here or wanted, less than none at the end. */
    private synchronized int read() throws IOException {
        if (stopped || ended) {
            return 0;
        }
        // Asked first: on Tomcat an input that is finished is not ready.
        int count = from.isFinished() ? -1 : from.isReady() ? from.read(buffer) : 0;
        if (count < 0 && read < length) {
            throw new IOException("the request body ended before its announced length");
        }
        if (count < 0 && TomcatStream.isReset(request)) {
            throw new IOException("the stream was reset"); // which Tomcat may show as its end
        }
        ended = count < 0;
        return count;
    }

    private void send(int count, ByteBuffer piece, boolean last) {
        read += count;
        record.addBytesIn(count);
        sending = true;
        call.send(
                piece,
                last,
                Callback.from(
                        () -> {
                            sending = false;
                            pump();
                        },
                        failed -> stop())); // whoever waits for the answer knows why
    }

    /** Touches the request no more once this has returned. */
    synchronized void stop() {
        stopped = true;
    }
}
