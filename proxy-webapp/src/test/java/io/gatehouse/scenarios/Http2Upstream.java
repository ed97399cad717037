package io.gatehouse.scenarios;

import io.gatehouse.containers.TestCertificates;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** An upstream of HTTP/2 that plays a script on each stream. */
final class Http2Upstream implements AutoCloseable {

    /** What to do on one stream. */
    interface Script {
        void play(Http2UpstreamCall call) throws Exception;
    }

    private static final int STREAMS_AT_ONCE = 1_000;

    private final Server server = new Server();
    private final ServerConnector connector;
    private final boolean secure;
    private final List<Http2UpstreamCall> calls = new CopyOnWriteArrayList<>();
    private volatile Script script = Http2Upstream::answerOk;

    private Http2Upstream(Optional<TestCertificates> tls, int streamsAtOnce) throws Exception {
        RawHTTP2ServerConnectionFactory http2 =
                new RawHTTP2ServerConnectionFactory(new HttpConfiguration(), new ServerSessionListener() {
                    @Override
                    public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
                        return begin(stream, frame);
                    }
                });
        http2.setInitialStreamRecvWindow(64 * 1024);
        http2.setMaxConcurrentStreams(streamsAtOnce);
        secure = tls.isPresent();
        connector =
                new ServerConnector(server, 1, 1, secure ? withTls(tls.get(), http2) : new ConnectionFactory[] {http2});
        server.addConnector(connector);
        server.start();
    }

    private static ConnectionFactory[] withTls(TestCertificates certificates, ConnectionFactory http2) {
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setSslContext(certificates.serverContext());
        tls.setSniRequired(false);
        tls.setNeedClientAuth(true);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        return new ConnectionFactory[] {new SslConnectionFactory(tls, alpn.getProtocol()), alpn, http2};
    }

    /** In clear. */
    static Http2Upstream start() throws Exception {
        return start(STREAMS_AT_ONCE);
    }

    /** In clear, with no more streams at once on one connection. */
    static Http2Upstream start(int streamsAtOnce) throws Exception {
        return new Http2Upstream(Optional.empty(), streamsAtOnce);
    }

    /** Over TLS, and only with those who show a certificate of the same authority. */
    static Http2Upstream tls(TestCertificates certificates) throws Exception {
        return new Http2Upstream(Optional.of(certificates), STREAMS_AT_ONCE);
    }

    static void answerOk(Http2UpstreamCall call) throws Exception {
        call.head(false, ":status", "200", "content-length", "2").data("ok", true);
    }

    String url() {
        return (secure ? "https://localhost:" : "http://127.0.0.1:") + connector.getLocalPort();
    }

    /** Answers the coming streams. */
    void play(Script newScript) {
        script = newScript;
    }

    /** All streams so far. */
    List<Http2UpstreamCall> calls() {
        return List.copyOf(calls);
    }

    Http2UpstreamCall lastCall() {
        return calls.get(calls.size() - 1);
    }

    private Http2UpstreamCall begin(Stream stream, HeadersFrame frame) {
        Http2UpstreamCall call = new Http2UpstreamCall(stream, frame);
        calls.add(call);
        Thread thread = new Thread(() -> call.play(script), "http2-upstream");
        thread.setDaemon(true);
        thread.start();
        return call;
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }
}
