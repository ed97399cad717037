package io.gatehouse.proxy;

import io.gatehouse.spi.CredentialUnavailableException;
import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpException;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.conn.ConnectionPoolTimeoutException;
import org.apache.http.conn.ConnectionRequest;
import org.apache.http.conn.HttpHostConnectException;
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
    private final Set<PooledConnection> connections = ConcurrentHashMap.newKeySet();
    private final PoolingHttpClientConnectionManager ordinary;
    private final PoolingHttpClientConnectionManager lasting;
    private final int idleMillis;

    /** @param idle how long a lasting answer may be silent */
    UpstreamClient(Target target, Duration idle) {
        this.target = target;
        this.route = ConnectionPools.route(target);
        this.ordinary = ConnectionPools.pool(target, target.limits().connections(), connections);
        this.lasting = ConnectionPools.pool(target, target.limits().streams(), connections);
        this.idleMillis = (int) Math.min(Integer.MAX_VALUE, idle.toMillis());
    }

    /**
     * Sends a request and waits for the head of its answer. One that was lost with a pooled connection that the upstream
     * had closed is sent once more, if it has no body and is safe (RFC 9110 9.2.2); for any other, a pooled connection is
     * looked at before it is used.
     *
     * @param cancellation breaks it off, from before the first byte on
     * @param interim is told of each 1xx answer
     * @throws UpstreamFailureException when there is no answer, with the status that says so
     * @throws ClientGoneException when the client's body broke off
     */
    UpstreamCall send(
            HttpRequest request,
            boolean isLasting,
            UpstreamAccess access,
            Cancellation cancellation,
            Consumer<HttpResponse> interim)
            throws IOException {
        boolean repeatable =
                isSafe(request.getRequestLine().getMethod()) && !(request instanceof HttpEntityEnclosingRequest);
        while (true) {
            UpstreamCall call = lease(isLasting ? lasting : ordinary, access.tls());
            cancellation.runs(call::cut);
            boolean reused = call.connection().isReused();
            boolean answered = false;
            try {
                if (reused && !repeatable && call.lease().isStale()) {
                    continue; // what can not be sent twice is not sent into the void
                }
                if (!call.lease().isOpen()) {
                    connect(isLasting ? lasting : ordinary, call, access.tls());
                }
                call.connection().begin(isLasting ? idleMillis : responseMillis());
                if (!cancellation.reason().isEmpty()) { // a connection that was not open yet could not be cut
                    throw new IOException(cancellation.reason());
                }
                exchange(call, request, interim);
                answered = true;
                return call;
            } catch (ClientGoneException e) {
                throw e;
            } catch (IOException | HttpException | RuntimeException e) {
                boolean lost = reused
                        && repeatable
                        && e instanceof IOException
                        && !(e instanceof SocketTimeoutException)
                        && cancellation.reason().isEmpty();
                if (!lost) {
                    throw UpstreamFailures.of(e, target, call.connection().gaveUp(), cancellation);
                }
                repeatable = false;
                (isLasting ? lasting : ordinary).closeIdleConnections(0, TimeUnit.MILLISECONDS);
            } finally {
                if (!answered) {
                    call.abort();
                }
            }
        }
    }

    private int responseMillis() {
        return (int) target.limits().responseTimeout().toMillis();
    }

    private static boolean isSafe(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    /** A connection from the pool; one that was opened with another certificate is thrown away. */
    private UpstreamCall lease(PoolingHttpClientConnectionManager pool, Optional<SSLContext> tls)
            throws UpstreamFailureException {
        while (true) {
            UpstreamCall call = new UpstreamCall(pool, lease(pool));
            if (!call.lease().isOpen() || call.connection().tls() == tls.orElse(null)) {
                return call;
            }
            call.abort();
        }
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

    private void connect(PoolingHttpClientConnectionManager pool, UpstreamCall call, Optional<SSLContext> tls)
            throws IOException {
        HttpContext context = new BasicHttpContext();
        context.setAttribute(TLS, tls.orElse(null));
        try {
            pool.connect(
                    call.lease(), route, (int) target.limits().connectTimeout().toMillis(), context);
        } catch (HttpHostConnectException e) {
            throw target.socket().isPresent() ? (IOException) e.getCause() : e; // which speaks of the file
        }
        pool.routeComplete(call.lease(), route, context);
        call.connection().tls(tls.orElse(null));
    }

    private static void exchange(UpstreamCall call, HttpRequest request, Consumer<HttpResponse> interim)
            throws IOException, HttpException {
        HttpClientConnection lease = call.lease();
        lease.sendRequestHeader(request);
        boolean whole = sendBody(call.connection(), request);
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
        AnswerFraming.check(response);
        if (AnswerFraming.mayHaveBody(request, response)) {
            lease.receiveResponseEntity(response);
        }
        HttpContext context = new BasicHttpContext();
        context.setAttribute(HttpCoreContext.HTTP_REQUEST, request);
        call.answered(response, whole && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(response, context));
    }

    /**
     * Sends what is left of a request. An upstream may answer before it has read the body, and close: then its answer
     * counts, not our broken pipe.
     *
     * @return whether all of it was sent
     */
    private static boolean sendBody(PooledConnection connection, HttpRequest request)
            throws IOException, HttpException {
        try {
            if (request instanceof HttpEntityEnclosingRequest withBody && withBody.getEntity() != null) {
                connection.sendRequestEntity(withBody);
            }
            connection.flush();
            return true;
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            boolean broken = !(request instanceof HttpEntityEnclosingRequest) || connection.gaveUp();
            if (broken || !connection.isResponseAvailable(100)) {
                throw e;
            }
            return false;
        }
    }

    /** What an exchange may use now, beside what its identity's headers say. */
    static UpstreamAccess access(Exchange exchange) throws UpstreamFailureException {
        UpstreamAccess access = access(exchange.target());
        OwnCredential.requireFit(access, exchange);
        return access;
    }

    /** A target's access now, as a failure of the upstream when there is none. */
    static UpstreamAccess access(Target target) throws UpstreamFailureException {
        try {
            return target.access();
        } catch (CredentialUnavailableException e) {
            throw new UpstreamFailureException(502, "Gatehouse has no credentials for target " + target, e);
        }
    }

    /** Breaks connections whose upstream does not read, or answers too slowly. @param now {@link System#nanoTime} */
    void giveUpStuck(long now) {
        for (PooledConnection connection : connections) {
            connection.giveUpWhenStuck(now);
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
