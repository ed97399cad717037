package io.gatehouse.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.conn.HttpClientConnectionManager;

/** An answer whose head has come and whose body has not: holds its connection until it is finished or aborted. */
final class UpstreamCall {

    private final HttpClientConnectionManager pool;
    private final UpstreamConnection connection;
    private final org.apache.http.HttpClientConnection lease;
    private final HttpResponse response;
    private final boolean reusable;
    private final long keepAliveMillis;
    private boolean released;

    UpstreamCall(
            HttpClientConnectionManager pool,
            org.apache.http.HttpClientConnection lease,
            UpstreamConnection connection,
            HttpResponse response,
            boolean reusable,
            long keepAliveMillis) {
        this.pool = pool;
        this.lease = lease;
        this.connection = connection;
        this.response = response;
        this.reusable = reusable;
        this.keepAliveMillis = keepAliveMillis;
    }

    HttpResponse response() {
        return response;
    }

    /** The body; empty when the answer has none. */
    InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    /** Whether the next read of the body would not wait. */
    boolean hasMore() throws IOException {
        return connection.hasMore();
    }

    /** The trailers behind the body, once it was read to its end. */
    Header[] trailers() {
        return connection.trailers();
    }

    /** Gives the connection back; the body must have been read to its end. */
    void finish() {
        release(reusable);
    }

    /** Closes the connection: the upstream call is cancelled. */
    void abort() {
        release(false);
    }

    /** Called by the thread that streams, and by whoever ends the stream from outside. */
    private synchronized void release(boolean reuse) {
        if (released) {
            return;
        }
        released = true;
        response.setEntity(null); // nobody may read on from a connection that is someone else's by now
        if (!reuse) {
            shutdown();
        }
        pool.releaseConnection(lease, null, keepAliveMillis, TimeUnit.MILLISECONDS);
    }

    private void shutdown() {
        try {
            lease.shutdown();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
