package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Opens connections of HTTP/2 to one target, by Jetty's client, whose few threads move the frames of all of them. */
final class Http2Connector {

    private static final int LARGEST_HEAD = 64 * 1024;
    private static final int STREAM_WINDOW = 64 * 1024;
    private static final int BUFFER = 16 * 1024;
    private static final long IDLE_BUFFERS = 4 * 1024 * 1024;
    private static final int THREADS = 16;

    private final Target target;
    private final HTTP2Client jetty;

    Http2Connector(Target target) {
        this.target = target;
        this.jetty = client(target);
    }

    private static HTTP2Client client(Target target) {
        String name = "gatehouse-http2-" + target.name();
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName(name);
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setExecutor(threads);
        connector.setScheduler(new ScheduledExecutorScheduler(name + "-times", true));
        connector.setByteBufferPool(
                new ArrayByteBufferPool(0, -1, LARGEST_HEAD, Integer.MAX_VALUE, IDLE_BUFFERS, IDLE_BUFFERS));
        connector.setSelectors(1);
        connector.setConnectTimeout(target.limits().connectTimeout());
        connector.setIdleTimeout(Duration.ofMillis(ConnectionPools.KEEP_ALIVE_MILLIS));
        HTTP2Client client = new HTTP2Client(connector);
        client.setUseInputDirectByteBuffers(false); // what comes in is handed on as arrays
        client.setInputBufferSize(BUFFER);
        client.setInitialStreamRecvWindow(STREAM_WINDOW);
        client.setInitialSessionRecvWindow(STREAM_WINDOW * Http2Connection.STREAMS);
        client.setMaxRequestHeadersSize(LARGEST_HEAD);
        client.setMaxResponseHeadersSize(LARGEST_HEAD);
        client.setMaxConcurrentPushedStreams(0);
        try {
            client.start();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty's HTTP/2 client does not start", e);
        }
        return client;
    }

    /**
     * Connects to the first address of the target's host that answers.
     *
     * @param maker makes the one that listens, for the TLS that it is opened with
     */
    Http2Connection connect(Optional<SSLContext> tls, Function<Optional<SSLContext>, Http2Connection> maker)
            throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(target.host())) {
            try {
                return connect(tls, maker.apply(tls), address);
            } catch (UpstreamFailureException e) {
                throw e;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private Http2Connection connect(Optional<SSLContext> tls, Http2Connection connection, InetAddress address)
            throws IOException {
        Map<String, Object> context = new ConcurrentHashMap<>();
        // Jetty takes the name that the certificate must bear from the address.
        String name = tls.isPresent() ? target.tlsName() : target.host();
        InetSocketAddress to =
                new InetSocketAddress(InetAddress.getByAddress(name, address.getAddress()), target.port());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Http2Connector.class.getClassLoader()); // where Jetty looks for its ALPN
        try {
            jetty.connect(
                    Transport.TCP_IP,
                    tls.map(this::sslContextFactory).orElse(null),
                    to,
                    connection,
                    Promise.from(opened -> {}, connection::failed),
                    context);
        } finally {
            thread.setContextClassLoader(before);
        }
        boolean ready = false;
        try {
            connection.awaitReady(patience(tls).toMillis());
            if (tls.isPresent() && !"h2".equals(context.get(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY))) {
                throw new SSLException("HTTP/2 was not agreed on");
            }
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    /** How long a connection may take: as long as is allowed for TCP, and once more for TLS. */
    Duration patience(Optional<SSLContext> tls) {
        return target.limits().connectTimeout().multipliedBy(tls.isPresent() ? 2 : 1);
    }

    private SslContextFactory.Client sslContextFactory(SSLContext context) {
        SslContextFactory.Client factory = new SslContextFactory.Client();
        factory.setSslContext(context);
        factory.setEndpointIdentificationAlgorithm(target.verifiesTls() ? "HTTPS" : null);
        try {
            factory.start();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty takes no TLS context", e);
        }
        return factory;
    }

    /** Ends the threads, and what is still open. */
    void close() {
        LifeCycle.stop(jetty);
    }
}
