package io.gatehouse.proxy;

import io.gatehouse.audit.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.http.entity.AbstractHttpEntity;

/** A client's body on its way to the upstream: one buffer, whatever its length. */
final class RequestBody extends AbstractHttpEntity {

    private static final int BUFFER = 16 * 1024;

    private final InputStream body;
    private final long length;
    private final RequestRecord record;

    RequestBody(InputStream body, long length, RequestRecord record) {
        this.body = body;
        this.length = length;
        this.record = record;
        setChunked(length < 0);
    }

    @Override
    public boolean isRepeatable() {
        return false;
    }

    @Override
    public long getContentLength() {
        return length;
    }

    @Override
    public InputStream getContent() {
        return body;
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public void writeTo(OutputStream upstream) throws IOException {
        byte[] buffer = new byte[length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(1, length))];
        long left = length < 0 ? Long.MAX_VALUE : length;
        while (left > 0) {
            int read = read(buffer, (int) Math.min(buffer.length, left));
            if (read < 0 && length < 0) {
                return;
            }
            if (read < 0) {
                throw new ClientGoneException("the request body ended before its announced length", null);
            }
            upstream.write(buffer, 0, read);
            record.addBytesIn(read);
            left -= read;
            if (length < 0 && body.available() == 0) {
                upstream.flush(); // a body without a length may be a conversation
            }
        }
    }

    private int read(byte[] buffer, int most) throws ClientGoneException {
        try {
            return body.read(buffer, 0, most);
        } catch (IOException e) {
            throw new ClientGoneException("the request body broke off", e);
        }
    }
}
