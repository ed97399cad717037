package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import io.gatehouse.target.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.http.HttpHost;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.routing.HttpRoute;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;

/** Makes the pools of connections to one target. */
final class ConnectionPools {

    /** An idle connection older than this is looked at before it is used: the upstream may have closed it. */
    private static final int LOOK_AFTER_MILLIS = 1_000;

    private ConnectionPools() {}

    /**
     * A pool.
     *
     * @param size connections at once
     * @param all where each connection is listed as long as it is open
     */
    static PoolingHttpClientConnectionManager pool(Target target, int size, Set<PooledConnection> all) {
        AtomicLong ids = new AtomicLong();
        ConnectionSocketFactory sockets = new Sockets(target);
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(
                RegistryBuilder.<ConnectionSocketFactory>create()
                        .register("http", sockets)
                        .register("https", sockets)
                        .build(),
                (route, config) -> new PooledConnection(target.name() + "-" + ids.incrementAndGet(), all),
                null,
                null,
                -1,
                TimeUnit.MILLISECONDS);
        pool.setMaxTotal(size);
        pool.setDefaultMaxPerRoute(size);
        pool.setValidateAfterInactivity(LOOK_AFTER_MILLIS);
        pool.setDefaultSocketConfig(
                SocketConfig.custom().setTcpNoDelay(true).setSoKeepAlive(true).build());
        return pool;
    }

    /** The way to a target; with its address where it has none, as a name is looked up and may have several. */
    static HttpRoute route(Target target) {
        return new HttpRoute(
                target.socket().isPresent()
                        ? new HttpHost(InetAddress.getLoopbackAddress(), target.host(), target.port(), "http")
                        : new HttpHost(target.host(), target.port(), target.isTls() ? "https" : "http"));
    }

    /** Connects and, for an https target, puts TLS on top with the context that is good now. */
    private record Sockets(Target target) implements ConnectionSocketFactory {

        @Override
        public Socket createSocket(HttpContext context) throws IOException {
            return target.socket().isPresent() ? new UnixSocket(target.socket().get()) : new Socket();
        }

        @Override
        public Socket connectSocket(
                int timeout,
                Socket socket,
                HttpHost host,
                InetSocketAddress remote,
                InetSocketAddress local,
                HttpContext context)
                throws IOException {
            try {
                socket.connect(remote, timeout);
                SSLContext tls = (SSLContext) context.getAttribute(UpstreamClient.TLS);
                return tls == null ? socket : secured(tls, socket, timeout);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        private Socket secured(SSLContext tls, Socket plain, int timeout) throws IOException {
            SSLSocket socket =
                    (SSLSocket) tls.getSocketFactory().createSocket(plain, target.tlsName(), target.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            if (target.verifiesTls()) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(parameters);
            int before = socket.getSoTimeout();
            socket.setSoTimeout(timeout);
            socket.startHandshake();
            socket.setSoTimeout(before);
            return socket;
        }
    }

    /** The parameters of a {@code Keep-Alive} answer field are rarely sent; this is how long an idle one is kept. */
    static final long KEEP_ALIVE_MILLIS = 15_000;
}
