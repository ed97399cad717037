package io.gatehouse.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.http.Header;
import org.apache.http.HttpException;
import org.apache.http.HttpResponse;
import org.apache.http.config.MessageConstraints;
import org.apache.http.impl.conn.DefaultManagedHttpClientConnection;
import org.apache.http.impl.entity.StrictContentLengthStrategy;
import org.apache.http.impl.io.ChunkedInputStream;
import org.apache.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.http.io.BufferInfo;
import org.apache.http.io.SessionInputBuffer;

/**
 * A connection to an upstream that is used for one exchange after another. Tells, beside what its parent can, whether
 * more can be read without waiting, and the trailers that followed a chunked body; and gives up an upstream that takes or
 * sends nothing.
 */
final class PooledConnection extends DefaultManagedHttpClientConnection {

    /** There are three of them: what is read, a line of a head, what is written. Larger parts of a body pass them by. */
    private static final int BUFFER = 8 * 1024;

    private static final MessageConstraints LIMITS = MessageConstraints.custom()
            .setMaxLineLength(64 * 1024)
            .setMaxHeaderCount(500)
            .build();

    private final Set<PooledConnection> all;
    private final SocketWatch watch = new SocketWatch();
    private ChunkedInputStream chunked;
    private SSLContext tls;
    private int exchanges;
    /** The TCP socket below a TLS one, or the same. */
    private volatile Socket transport;

    private volatile long patienceNanos = Long.MAX_VALUE;

    /** @param all where it is listed until it is closed */
    PooledConnection(String id, Set<PooledConnection> all) {
        super(
                id,
                BUFFER,
                BUFFER,
                null, // bytes are read as characters, each as it came
                null,
                LIMITS,
                StrictContentLengthStrategy.INSTANCE,
                StrictContentLengthStrategy.INSTANCE,
                RequestHeadWriter::new,
                DefaultHttpResponseParserFactory.INSTANCE);
        this.all = all;
        all.add(this);
        showItself();
    }

    /** The pool lends a stand-in that shows attributes only; this one leads back here. */
    private void showItself() {
        setAttribute(PooledConnection.class.getName(), this);
    }

    /** The pool binds the TCP socket first, and the TLS one on top of it once its handshake is done. */
    @Override
    public void bind(Socket socket) throws IOException {
        if (!(socket instanceof SSLSocket)) {
            transport = socket;
        }
        super.bind(socket);
    }

    @Override
    protected InputStream getSocketInputStream(Socket socket) throws IOException {
        return watch.of(super.getSocketInputStream(socket));
    }

    @Override
    protected OutputStream getSocketOutputStream(Socket socket) throws IOException {
        return watch.of(super.getSocketOutputStream(socket));
    }

    @Override
    public HttpResponse receiveResponseHeader() throws HttpException, IOException {
        watch.awaitHead();
        try {
            return super.receiveResponseHeader();
        } finally {
            watch.headCame();
        }
    }

    @Override
    protected InputStream createInputStream(long length, SessionInputBuffer buffer) {
        InputStream stream = super.createInputStream(length, buffer);
        chunked = stream instanceof ChunkedInputStream body ? body : null;
        return stream;
    }

    /** The trailers of the body that was read to its end last. */
    Header[] trailers() {
        return chunked == null ? new Header[0] : chunked.getFooters();
    }

    /**
     * Whether more of an answer is here already, in our buffer or the socket's. Two bytes may be no more than the line
     * end of a chunk, behind which nothing need follow for hours.
     */
    boolean hasMore() {
        int here = ((BufferInfo) getSessionInputBuffer()).length();
        Socket socket = getSocket();
        try {
            return here > 2 || socket != null && here + socket.getInputStream().available() > 2;
        } catch (IOException e) {
            return false; // it was cut from outside, or broke: the next read says so
        }
    }

    /** Whether an exchange was carried out on this connection before. */
    boolean isReused() {
        return exchanges > 0;
    }

    /** Begins an exchange in which no single read or write, and no head, may take longer. */
    void begin(int patienceMillis) {
        exchanges++;
        patienceNanos = patienceMillis * 1_000_000L;
    }

    /** With which TLS context it was opened; null for none. */
    SSLContext tls() {
        return tls;
    }

    void tls(SSLContext context) {
        tls = context;
    }

    /** Breaks the connection when a read or a write has waited for longer than it may. */
    void giveUpWhenStuck(long now) {
        if (watch.isStuck(now, patienceNanos)) {
            cut();
        }
    }

    /** Whether a write had waited for too long. */
    boolean gaveUp() {
        return watch.nothingTaken();
    }

    /**
     * Breaks the connection and wakes whoever reads or writes. The TCP socket is closed and not the TLS one, which would
     * say goodbye and wait for an upstream that does not read.
     */
    void cut() {
        Socket socket = transport;
        if (socket != null) {
            try {
                socket.setSoLinger(true, 0); // a reset: what was begun does not look finished
            } catch (IOException e) {
                // it is closed already
            }
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void shutdown() throws IOException {
        all.remove(this);
        cut();
        super.shutdown();
    }

    @Override
    public void close() throws IOException {
        all.remove(this);
        Socket socket = transport;
        if (socket != null) {
            closeQuietly(socket); // also of one in use, whose upstream may not read
        }
        super.close();
    }
}
