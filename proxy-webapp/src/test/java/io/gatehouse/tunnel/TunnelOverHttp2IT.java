package io.gatehouse.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.ScriptedUpstream;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** WebSocket over HTTP/2 (RFC 8441), which Jetty offers to browsers and Tomcat does not. */
class TunnelOverHttp2IT {
    private static TunnelApplication application;
    private static HTTP2Client client;
    private static Session session;

    /** What comes on one stream, read as fast as it comes. */
    private static final class Answer implements Stream.Listener {
        private final CompletableFuture<MetaData.Response> head = new CompletableFuture<>();
        private final BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void onHeaders(Stream stream, HeadersFrame frame) {
            if (frame.getMetaData() instanceof MetaData.Response response) {
                head.complete(response);
            }
            if (frame.isEndStream()) {
                end.complete("END_STREAM");
            }
            stream.demand();
        }

        @Override
        public void onDataAvailable(Stream stream) {
            Stream.Data data = stream.readData();
            if (data != null) {
                ByteBuffer buffer = data.frame().getByteBuffer();
                byte[] piece = new byte[buffer.remaining()];
                buffer.get(piece);
                synchronized (bytes) {
                    bytes.writeBytes(piece);
                }
                arrived.add(piece.length);
                data.release();
                if (data.frame().isEndStream()) {
                    end.complete("END_STREAM");
                    return;
                }
            }
            stream.demand();
        }

        @Override
        public void onReset(Stream stream, ResetFrame frame, Callback callback) {
            end.complete("RESET");
            callback.succeeded();
        }

        byte[] read(int count) throws InterruptedException {
            for (int got = size(); got < count; got = size()) {
                assertThat(arrived.poll(20, TimeUnit.SECONDS)).as("more bytes").isNotNull();
            }
            synchronized (bytes) {
                return Arrays.copyOf(bytes.toByteArray(), count);
            }
        }

        private int size() {
            synchronized (bytes) {
                return bytes.size();
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        ((Logger) LoggerFactory.getLogger("org.eclipse.jetty")).setLevel(Level.WARN);
        application = TunnelApplication.start(ContainerKind.JETTY_12_1);
        client = new HTTP2Client();
        client.start();
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(application.container().certificates().clientContext());
        tls.start();
        CompletableFuture<SettingsFrame> settings = new CompletableFuture<>();
        session = client.connect(
                        tls,
                        new InetSocketAddress(
                                "localhost", application.container().tlsPort()),
                        new Session.Listener() {
                            @Override
                            public void onSettings(Session session, SettingsFrame frame) {
                                settings.complete(frame);
                            }
                        })
                .get(20, TimeUnit.SECONDS);
        Map<Integer, Integer> offered = settings.get(20, TimeUnit.SECONDS).getSettings();
        assertThat(offered).containsEntry(SettingsFrame.ENABLE_CONNECT_PROTOCOL, 1);
    }

    @AfterAll
    static void stop() throws Exception {
        client.stop();
        application.close();
    }

    private static Stream open(ScriptedUpstream upstream, String id, Answer answer) throws Exception {
        HttpFields fields = HttpFields.build()
                .add("X-Upstream", String.valueOf(upstream.port()))
                .add("X-Test", id)
                .add("Sec-WebSocket-Version", "13")
                .add("Sec-WebSocket-Protocol", "v5.channel.k8s.io");
        MetaData.ConnectRequest connect = new MetaData.ConnectRequest(
                HttpScheme.HTTPS, new HostPortHttpField("localhost"), "/stream", fields, "websocket");
        return session.newStream(new HeadersFrame(connect, null, false), answer).get(20, TimeUnit.SECONDS);
    }

    private static void send(Stream stream, byte[] bytes, boolean last) throws Exception {
        stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(bytes), last)).get(20, TimeUnit.SECONDS);
    }

    private static ScriptedUpstream echo() throws Exception {
        return ScriptedUpstream.plain(connection -> {
            String head = connection.readHead();
            String key = head.replaceAll("(?s).*\r\nSec-WebSocket-Key: ([^\r]*)\r\n.*", "$1");
            connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\nSec-WebSocket-Accept: " + SwitchCheck.accept(key)
                    + "\r\n\r\nhello");
            connection.echo();
        });
    }

    @Test
    void becomesAnUpgradeOfHttp11() throws Exception {
        Answer answer = new Answer();
        try (ScriptedUpstream upstream = echo()) {
            Stream stream = open(upstream, "h2", answer);
            MetaData.Response head = answer.head.get(20, TimeUnit.SECONDS);
            assertThat(head.getStatus()).isEqualTo(200);
            assertThat(head.getHttpFields().get("Sec-WebSocket-Protocol")).isEqualTo("v5.channel.k8s.io");
            assertThat(head.getHttpFields().contains("Sec-WebSocket-Accept")).isFalse();
            assertThat(head.getHttpFields().contains("Upgrade")).isFalse();
            assertThat(answer.read(5)).asString().isEqualTo("hello");
            send(stream, "ping".getBytes(), false);
            assertThat(answer.read(9)).asString().isEqualTo("helloping");
            send(stream, new byte[0], true);
            assertThat(answer.end.get(20, TimeUnit.SECONDS)).isEqualTo("END_STREAM");
            assertThat(application.end("h2")).startsWith("CLIENT_CLOSED 4 9");
            assertThat(upstream.next().received()).startsWith("GET /stream HTTP/1.1\r\nHost: upstream\r\n");
        }
    }

    @Test
    void carriesTenMegabytesBothWaysAtOnce() throws Exception {
        byte[] much = new byte[10_000_000];
        new Random(4).nextBytes(much);
        Answer answer = new Answer();
        try (ScriptedUpstream upstream = echo()) {
            Stream stream = open(upstream, "h2large", answer);
            CompletableFuture<Void> sender = TunnelApplication.async(() -> send(stream, much, false));
            byte[] back = answer.read(5 + much.length);
            assertThat(Arrays.equals(back, 5, back.length, much, 0, much.length))
                    .isTrue();
            sender.get(20, TimeUnit.SECONDS);
            stream.reset(new ResetFrame(stream.getId(), 8), Callback.NOOP);
            assertThat(application.end("h2large")).startsWith("CLIENT_CLOSED 10000000 10000005");
        }
    }

    @Test
    void endsWithTheUpstreamAndWhenAsked() throws Exception {
        Answer first = new Answer();
        Answer second = new Answer();
        try (ScriptedUpstream closing = ScriptedUpstream.plain(connection -> {
                    String head = connection.readHead();
                    String key = head.replaceAll("(?s).*\r\nSec-WebSocket-Key: ([^\r]*)\r\n.*", "$1");
                    connection.send(
                            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                    + SwitchCheck.accept(key) + "\r\n\r\nbye");
                });
                ScriptedUpstream upstream = echo()) {
            open(closing, "h2bye", first);
            assertThat(first.read(3)).asString().isEqualTo("bye");
            assertThat(first.end.get(20, TimeUnit.SECONDS)).isEqualTo("END_STREAM");
            assertThat(application.end("h2bye")).startsWith("UPSTREAM_CLOSED 0 3");
            open(upstream, "h2asked", second);
            second.read(5);
            application.get("/close?h2asked");
            second.end.get(20, TimeUnit.SECONDS);
            assertThat(application.end("h2asked")).startsWith("CLOSED_BY_US 0 5");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void relaysARefusal(int status) throws Exception {
        Answer answer = new Answer();
        try (ScriptedUpstream upstream = ScriptedUpstream.plain(connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 " + status + " No\r\nContent-Length: 2\r\n\r\nno");
        })) {
            open(upstream, "h2refused", answer);
            assertThat(answer.head.get(20, TimeUnit.SECONDS).getStatus()).isEqualTo(status);
            assertThat(answer.read(2)).asString().isEqualTo("no");
        }
    }
}
