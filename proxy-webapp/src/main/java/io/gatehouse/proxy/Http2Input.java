package io.gatehouse.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http2.api.Stream;

/** The body of an answer over HTTP/2, read piece by piece as its frames come. */
final class Http2Input extends InputStream {

    private final Http2Call call;
    private Optional<Stream.Data> piece = Optional.empty();
    private boolean ended;

    Http2Input(Http2Call call) {
        this.call = call;
    }

    /** Whether the next read would not wait. */
    boolean hasMore() {
        while (piece.isEmpty() && !ended) {
            Optional<Stream.Data> here = call.poll();
            if (here.isEmpty()) {
                return false;
            }
            take(here.get());
        }
        return true;
    }

    private void take(Stream.Data data) {
        ended = data.frame().isEndStream();
        piece = Optional.of(data);
        releaseWhenRead();
    }

    /** The upstream may send as much again. */
    private void releaseWhenRead() {
        if (piece.isPresent() && !bytes().hasRemaining()) {
            close();
        }
    }

    private ByteBuffer bytes() {
        return piece.orElseThrow().frame().getByteBuffer();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (!hasMore()) {
            take(call.next());
        }
        if (piece.isEmpty()) {
            return -1;
        }
        int count = Math.min(length, bytes().remaining());
        bytes().get(buffer, offset, count);
        releaseWhenRead();
        return count;
    }

    @Override
    public void close() {
        piece.ifPresent(Stream.Data::release);
        piece = Optional.empty();
    }
}
