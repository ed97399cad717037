package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.server.Gatehouse;
import io.gatehouse.server.GatehouseServlet;
import io.gatehouse.tunnel.StreamThreads;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded container: Jetty with HTTP/1.1 and HTTP/2, set as Gatehouse wants a container to be. */
final class StandaloneServer {

    private static final Logger LOG = LoggerFactory.getLogger(StandaloneServer.class);

    /** Of a connection between requests, and of a peer that neither sends what it began nor reads. */
    private static final long IDLE_MILLIS = 60_000;

    /** Beyond the bound of a silent stream: Jetty counts such a stream of HTTP/2 as idle, and ours should come first. */
    private static final Duration STREAM_IDLE_MARGIN = Duration.ofMinutes(1);

    private static final int HEAD_SIZE = 64 * 1024;

    private final Server server;
    private final ServerConnector connector;
    private final Gatehouse gatehouse;
    private final GatehouseConfig.Listen listen;
    private boolean stopped;

    private StandaloneServer(
            Server server, ServerConnector connector, Gatehouse gatehouse, GatehouseConfig.Listen listen) {
        this.server = server;
        this.connector = connector;
        this.gatehouse = gatehouse;
        this.listen = listen;
    }

    /** @throws IOException when it can not listen there */
    static StandaloneServer start(
            Gatehouse gatehouse, GatehouseConfig.Listen listen, int port, Duration grace, Duration idle)
            throws Exception {
        // Else Jetty asks the whole management of the JVM for it, which takes a twentieth of the start.
        System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
        QueuedThreadPool threads = new QueuedThreadPool(400, 8);
        threads.setName("gatehouse-http");
        threads.setDaemon(true);
        if (StreamThreads.virtualThreadsAreGood()) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        }
        Server server = new Server(threads);
        server.setStopTimeout(grace.toMillis());
        server.setStopAtShutdown(false);
        ServerConnector connector = new ServerConnector(server, 1, -1, factories(gatehouse, listen, idle));
        connector.setHost(listen.address());
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(512);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setAttribute(GatehouseServlet.APPLICATION, gatehouse);
        ServletHolder servlet = new ServletHolder(new GatehouseServlet());
        servlet.setAsyncSupported(true);
        servlet.setInitOrder(1);
        context.addServlet(servlet, "/*");
        server.setHandler(new GracefulHandler(context));
        StandaloneServer standalone = new StandaloneServer(server, connector, gatehouse, listen);
        server.start();
        return standalone;
    }

    private static ConnectionFactory[] factories(Gatehouse gatehouse, GatehouseConfig.Listen listen, Duration idle) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_SIZE);
        http.setResponseHeaderSize(HEAD_SIZE);
        http.setMaxResponseHeaderSize(HEAD_SIZE);
        // The guard judges paths, with one verdict on every container: let it see them.
        http.setUriCompliance(
                UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING,AMBIGUOUS_EMPTY_SEGMENT,"
                        + "SUSPICIOUS_PATH_CHARACTERS,ILLEGAL_PATH_CHARACTERS"));
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        if (!listen.tls()) {
            LOG.warn(
                    "The listener speaks plain HTTP (listen: tls: false): credentials are taken from loopback and listed"
                            + " terminators of TLS only");
            return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(http)};
        }
        http.addCustomizer(new SecureRequestCustomizer(false));
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        http2.setStreamIdleTimeout(idle.plus(STREAM_IDLE_MARGIN).toMillis());
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        return new ConnectionFactory[] {
            new SslConnectionFactory(tls(gatehouse, listen), alpn.getProtocol()), alpn, http2, http1
        };
    }

    private static SslContextFactory.Server tls(Gatehouse gatehouse, GatehouseConfig.Listen listen) {
        WatchedTls tls = new WatchedTls(listen, Clock.systemUTC());
        gatehouse.watchListener(tls::look, tls::trouble);
        return tls.factory();
    }

    String address() {
        String host = listen.address().equals("127.0.0.1") ? "localhost" : listen.address();
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (listen.tls() ? "https://" : "http://") + bracketed + ":" + connector.getLocalPort();
    }

    void join() throws InterruptedException {
        server.join();
        synchronized (this) {
            while (!stopped) {
                wait();
            }
        }
    }

    /** No new requests; streams are closed, ordinary requests finish within the grace; then the record is closed. */
    void stop() {
        try {
            LOG.info("Stopping");
            connector.shutdown();
            gatehouse.closeStreams();
            server.stop();
        } catch (Exception e) {
            LOG.warn("The embedded container did not stop cleanly: {}", e.toString());
        } finally {
            gatehouse.close();
            LOG.info("Stopped");
            synchronized (this) {
                stopped = true;
                notifyAll();
            }
        }
    }
}
