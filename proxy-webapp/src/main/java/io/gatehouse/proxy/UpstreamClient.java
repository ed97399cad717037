package io.gatehouse.proxy;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.http.Header;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpException;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.apache.http.conn.ConnectionRequest;
import org.apache.http.conn.routing.HttpRoute;
import org.apache.http.impl.DefaultConnectionReuseStrategy;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.BasicHttpContext;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpCoreContext;

/**
 * HTTP/1.1 towards one target, arranged like HttpClient's minimal client: a connection from the pool, a head out, a head
 * in; no cookies, redirects, decompression or second opinions. Requests that last have a pool of their own, so that
 * neither kind starves the other.
 */
final class UpstreamClient {

    /** The context attribute that carries the TLS context of a call. */
    static final String TLS = "gatehouse.tls";

    /** How long a request waits for a connection when the pool is used up. */
    private static final long POOL_WAIT_MILLIS = 5_000;

    private final Target target;
    private final HttpRoute route;
    private final PoolingHttpClientConnectionManager ordinary;
    private final PoolingHttpClientConnectionManager lasting;
    private final int idleMillis;
    private volatile SSLContext lastTls;

    /** @param idle how long a lasting answer may be silent */
    UpstreamClient(Target target, Duration idle) {
        this.target = target;
        this.route = new HttpRoute(new HttpHost(target.host(), target.port(), target.isTls() ? "https" : "http"));
        this.ordinary = UpstreamConnections.pool(target, target.limits().connections());
        this.lasting = UpstreamConnections.pool(target, target.limits().streams());
        this.idleMillis = (int) Math.min(Integer.MAX_VALUE, idle.toMillis());
    }

    /**
     * Sends a request and waits for the head of its answer. One that was lost with a pooled connection that the upstream
     * had closed is sent once more, if it has no body and is safe (RFC 9110 9.2.2); for any other, a pooled connection is
     * looked at before it is used.
     *
     * @param interim is told of each 1xx answer
     * @throws UpstreamFailureException when there is no answer, with the status that says so
     * @throws ClientGoneException when the client's body broke off
     */
    UpstreamCall send(HttpRequest request, boolean isLasting, UpstreamAccess access, Consumer<HttpResponse> interim)
            throws IOException {
        PoolingHttpClientConnectionManager pool = isLasting ? lasting : ordinary;
        SSLContext tls = access.tls().orElse(null);
        if (tls != lastTls) {
            lastTls = tls; // connections with the old certificate are not handed out any more
            ordinary.closeIdleConnections(0, TimeUnit.MILLISECONDS);
            lasting.closeIdleConnections(0, TimeUnit.MILLISECONDS);
        }
        boolean repeatable =
                isSafe(request.getRequestLine().getMethod()) && !(request instanceof HttpEntityEnclosingRequest);
        while (true) {
            HttpClientConnection lease = lease(pool);
            boolean reused = false;
            try {
                UpstreamConnection connection = connected(pool, lease, tls);
                reused = connection.isReused();
                if (reused && !repeatable && lease.isStale()) {
                    discard(pool, lease); // what can not be sent twice is not sent into the void
                    continue;
                }
                connection.setSocketTimeout(
                        isLasting
                                ? idleMillis
                                : (int) target.limits().responseTimeout().toMillis());
                connection.countExchange();
                return exchange(pool, lease, connection, request, interim);
            } catch (IOException | HttpException | RuntimeException e) {
                discard(pool, lease);
                if (e instanceof ClientGoneException gone) {
                    throw gone;
                }
                boolean lost =
                        reused && repeatable && e instanceof IOException && !(e instanceof SocketTimeoutException);
                if (!lost) {
                    throw failure(e);
                }
                repeatable = false;
                pool.closeIdleConnections(0, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static boolean isSafe(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    private HttpClientConnection lease(PoolingHttpClientConnectionManager pool) throws UpstreamFailureException {
        ConnectionRequest wanted = pool.requestConnection(route, null);
        try {
            return wanted.get(POOL_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ConnectionPoolTimeoutException e) {
            throw new UpstreamFailureException(503, "target " + target + " has no connection free", e);
        } catch (InterruptedException e) {
            wanted.cancel();
            Thread.currentThread().interrupt();
            throw new UpstreamFailureException(503, "Gatehouse is stopping", e);
        } catch (ExecutionException e) {
            throw new UpstreamFailureException(503, "target " + target + " is not served any more", e);
        }
    }

    private UpstreamConnection connected(
            PoolingHttpClientConnectionManager pool, HttpClientConnection lease, SSLContext tls) throws IOException {
        if (!lease.isOpen()) {
            HttpContext context = new BasicHttpContext();
            context.setAttribute(TLS, tls);
            pool.connect(lease, route, (int) target.limits().connectTimeout().toMillis(), context);
            pool.routeComplete(lease, route, context);
        }
        return unwrap(lease);
    }

    /** The pool hands out a proxy object; the connection below it can be reached as an attribute holder only. */
    private static UpstreamConnection unwrap(HttpClientConnection lease) {
        return (UpstreamConnection) ((HttpContext) lease).getAttribute(UpstreamConnection.class.getName());
    }

    private UpstreamCall exchange(
            PoolingHttpClientConnectionManager pool,
            HttpClientConnection lease,
            UpstreamConnection connection,
            HttpRequest request,
            Consumer<HttpResponse> interim)
            throws IOException, HttpException {
        lease.sendRequestHeader(request);
        if (request instanceof HttpEntityEnclosingRequest withBody && withBody.getEntity() != null) {
            sendBody(connection, withBody);
        }
        lease.flush();
        HttpResponse response = lease.receiveResponseHeader();
        int interims = 0;
        while (response.getStatusLine().getStatusCode() < 200) {
            int status = response.getStatusLine().getStatusCode();
            if (status == 101 || status < 100 || ++interims > 20) {
                throw new HttpException("an answer " + status + " that was not asked for");
            }
            interim.accept(response);
            response = lease.receiveResponseHeader();
        }
        refuseOtherReadings(response);
        if (mayHaveBody(request, response)) {
            lease.receiveResponseEntity(response);
        }
        HttpContext context = new BasicHttpContext();
        context.setAttribute(HttpCoreContext.HTTP_REQUEST, request);
        boolean reusable = DefaultConnectionReuseStrategy.INSTANCE.keepAlive(response, context);
        return new UpstreamCall(pool, lease, connection, response, reusable, UpstreamConnections.KEEP_ALIVE_MILLIS);
    }

    /** An upstream may answer before it has read the body, and close: then its answer counts, not our broken pipe. */
    private static void sendBody(UpstreamConnection connection, HttpEntityEnclosingRequest request)
            throws IOException, HttpException {
        try {
            connection.sendRequestEntity(request);
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            if (!connection.isResponseAvailable(100)) {
                throw e;
            }
        }
    }

    /** Two readings of where the body ends are none, RFC 9112 6.3. */
    private static void refuseOtherReadings(HttpResponse response) throws HttpException {
        if (response.getProtocolVersion().getMajor() != 1) {
            throw new HttpException("an answer that is not HTTP/1");
        }
        Header[] lengths = response.getHeaders("Content-Length");
        if (lengths.length + response.getHeaders("Transfer-Encoding").length > 1) {
            throw new HttpException("an answer with more than one length");
        }
        boolean number = lengths.length == 0
                || !lengths[0].getValue().isEmpty()
                        && lengths[0].getValue().chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new HttpException("an answer whose length is not a number");
        }
    }

    private static boolean mayHaveBody(HttpRequest request, HttpResponse response) {
        int status = response.getStatusLine().getStatusCode();
        return !request.getRequestLine().getMethod().equals("HEAD") && status != 204 && status != 304;
    }

    private UpstreamFailureException failure(Exception e) {
        if (e instanceof UpstreamFailureException known) {
            return known;
        }
        if (e instanceof SocketTimeoutException || e instanceof ConnectTimeoutException) {
            return new UpstreamFailureException(504, "target " + target + " did not answer in time", e);
        }
        if (e instanceof ConnectException || e instanceof UnknownHostException || e instanceof NoRouteToHostException) {
            return new UpstreamFailureException(502, "target " + target + " can not be reached", e);
        }
        if (e instanceof SSLException) {
            return new UpstreamFailureException(502, "the TLS connection to target " + target + " failed", e);
        }
        return new UpstreamFailureException(502, "target " + target + " did not give a valid answer", e);
    }

    private static void discard(PoolingHttpClientConnectionManager pool, HttpClientConnection lease) {
        try {
            lease.shutdown();
        } catch (IOException e) {
            // it is gone either way
        }
        pool.releaseConnection(lease, null, 0, TimeUnit.MILLISECONDS);
    }

    /** A target's access now, as a failure of the upstream when there is none. */
    static UpstreamAccess access(Target target) throws UpstreamFailureException {
        try {
            return target.access();
        } catch (CredentialUnavailableException e) {
            throw new UpstreamFailureException(502, "Gatehouse has no credentials for target " + target, e);
        }
    }

    /** Closes connections that nobody has used for a while. */
    void closeIdle() {
        ordinary.closeExpiredConnections();
        lasting.closeExpiredConnections();
    }

    /** Closes everything, connections in use too. */
    void close() {
        ordinary.shutdown();
        lasting.shutdown();
    }
}
