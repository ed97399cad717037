package io.gatehouse.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.apache.http.Header;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.conn.HttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;

/**
 * One request on its way to the upstream and its answer on its way back. Holds its connection from before the first byte
 * until it is finished or aborted, both by the thread that carries it out; any thread may cut it.
 */
final class UpstreamCall {

    private final HttpClientConnectionManager pool;
    private final HttpClientConnection lease;
    private final PooledConnection connection;
    private HttpResponse response;
    private boolean reusable;
    private boolean released;

    UpstreamCall(HttpClientConnectionManager pool, HttpClientConnection lease) {
        this.pool = pool;
        this.lease = lease;
        // The pool hands out a proxy object; the connection below it can be reached as an attribute only.
        this.connection = (PooledConnection) ((HttpContext) lease).getAttribute(PooledConnection.class.getName());
    }

    HttpClientConnection lease() {
        return lease;
    }

    PooledConnection connection() {
        return connection;
    }

    /** The head of the answer has come. */
    void answered(HttpResponse newResponse, boolean newReusable) {
        response = newResponse;
        reusable = newReusable;
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
    boolean hasMore() {
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

    /** Closes the connection and gives its place back; no effect on a call that was finished. */
    void abort() {
        release(false);
    }

    /** Breaks the connection from outside, unless it is someone else's by now. */
    synchronized void cut() {
        if (!released) {
            connection.cut();
        }
    }

    private synchronized void release(boolean reuse) {
        if (released) {
            return;
        }
        released = true;
        if (response != null) {
            response.setEntity(null); // nobody may read on from a connection that is someone else's by now
        }
        if (!reuse) {
            shutdown();
        }
        pool.releaseConnection(lease, null, ConnectionPools.KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void shutdown() {
        try {
            lease.shutdown();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
