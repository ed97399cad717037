package io.gatehouse.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Runs inside the class loader of a Jetty; started and stopped by {@link TestContainer} over JDK types. */
public final class JettyDriver implements Callable<Map<String, Integer>>, AutoCloseable {
    private final Map<String, String> settings;
    private final Map<String, String> contextParameters;
    private final Server server = new Server();
    private final HttpConfiguration http = new HttpConfiguration();
    private final SslContextFactory.Server tls = new SslContextFactory.Server();
    private final ServerConnector clearConnector;
    private final ServerConnector tlsConnector;
    /** The logging of the JDK keeps a level only as long as somebody holds the logger. */
    private final Logger logger = Logger.getLogger("org.eclipse.jetty");

    public JettyDriver(Map<String, String> settings, Map<String, String> contextParameters) {
        this.settings = settings;
        this.contextParameters = contextParameters;
        logger.setLevel(Level.WARNING);
        HttpConnectionFactory http11 = new HttpConnectionFactory(http);
        HTTP2ServerConnectionFactory http2 = new HTTP2ServerConnectionFactory(http);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        clearConnector = new ServerConnector(server, http11);
        tlsConnector = new ServerConnector(
                server, new SslConnectionFactory(tls, "alpn"), alpn, http2, new HttpConnectionFactory(http));
    }

    @Override
    public Map<String, Integer> call() throws Exception {
        for (String line : Files.readAllLines(Path.of(settings.get("conf"), "jetty/gatehouse.ini"))) {
            if (line.startsWith("jetty.")) {
                set(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        customizer.setSniHostCheck(false);
        http.addCustomizer(customizer);
        tls.setKeyStorePath(settings.get("keyStore"));
        tls.setKeyStorePassword(settings.get("password"));
        tls.setTrustStorePath(settings.get("trustStore"));
        tls.setTrustStorePassword(settings.get("password"));
        if (settings.containsKey("idle")) {
            clearConnector.setIdleTimeout(Long.parseLong(settings.get("idle")));
            tlsConnector.setIdleTimeout(Long.parseLong(settings.get("idle")));
        }
        server.addConnector(clearConnector);
        server.addConnector(tlsConnector);
        WebAppContext context = new WebAppContext();
        context.setContextPath("/");
        context.setWar(settings.get("war"));
        context.setThrowUnavailableOnStartupException(true);
        // As in start.jar, where the logging of the server is not the application's.
        context.getHiddenClassMatcher().add("org.slf4j.", "META-INF.services.org.slf4j.");
        contextParameters.forEach(context::setInitParameter);
        server.setHandler(new JettyEarlyEnd(context));
        server.setStopTimeout(0);
        server.start();
        return Map.of("clear", clearConnector.getLocalPort(), "tls", tlsConnector.getLocalPort());
    }

    /** What the lines of conf/jetty/gatehouse.ini do in start.jar. */
    private void set(String name, String value) throws IOException {
        switch (name) {
            case "jetty.httpConfig.requestHeaderSize" -> http.setRequestHeaderSize(Integer.parseInt(value));
            case "jetty.httpConfig.responseHeaderSize" -> http.setResponseHeaderSize(Integer.parseInt(value));
            case "jetty.httpConfig.maxResponseHeaderSize" -> http.setMaxResponseHeaderSize(Integer.parseInt(value));
            case "jetty.httpConfig.uriCompliance" -> http.setUriCompliance(UriCompliance.from(value));
            case "jetty.httpConfig.sendServerVersion" -> http.setSendServerVersion(Boolean.parseBoolean(value));
            case "jetty.http.idleTimeout" -> clearConnector.setIdleTimeout(Long.parseLong(value));
            case "jetty.ssl.idleTimeout" -> tlsConnector.setIdleTimeout(Long.parseLong(value));
            case "jetty.sslContext.wantClientAuth" -> tls.setWantClientAuth(Boolean.parseBoolean(value));
            case "jetty.sslContext.keyStorePath",
                    "jetty.sslContext.keyStorePassword",
                    "jetty.sslContext.trustStorePath",
                    "jetty.sslContext.trustStorePassword" -> {
                // The test's own.
            }
            default -> throw new IOException("This driver does not know " + name);
        }
    }

    @Override
    public void close() throws Exception {
        server.stop();
        server.destroy();
    }
}
