package io.gatehouse.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.apache.http.Header;
import org.apache.http.config.MessageConstraints;
import org.apache.http.impl.conn.DefaultManagedHttpClientConnection;
import org.apache.http.impl.entity.StrictContentLengthStrategy;
import org.apache.http.impl.io.ChunkedInputStream;
import org.apache.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.http.io.BufferInfo;
import org.apache.http.io.SessionInputBuffer;

/**
 * A pooled connection to an upstream. Tells, beside what its parent can, whether more can be read without waiting, and
 * the trailers that followed a chunked body.
 */
final class UpstreamConnection extends DefaultManagedHttpClientConnection {

    static final int BUFFER = 16 * 1024;

    private static final MessageConstraints LIMITS = MessageConstraints.custom()
            .setMaxLineLength(64 * 1024)
            .setMaxHeaderCount(500)
            .build();

    private ChunkedInputStream chunked;
    private int exchanges;

    /** The pool lends a stand-in that shows attributes only; this one leads back here. */
    private void showItself() {
        setAttribute(UpstreamConnection.class.getName(), this);
    }

    UpstreamConnection(String id) {
        super(
                id,
                BUFFER,
                BUFFER,
                null, // bytes are characters: what is not ASCII passes through as it came
                null,
                LIMITS,
                StrictContentLengthStrategy.INSTANCE,
                StrictContentLengthStrategy.INSTANCE,
                null,
                DefaultHttpResponseParserFactory.INSTANCE);
        showItself();
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
    boolean hasMore() throws IOException {
        int here = ((BufferInfo) getSessionInputBuffer()).length();
        Socket socket = getSocket();
        return here > 2 || socket != null && here + socket.getInputStream().available() > 2;
    }

    /** Whether an exchange was carried out on this connection before. */
    boolean isReused() {
        return exchanges > 0;
    }

    void countExchange() {
        exchanges++;
    }
}
