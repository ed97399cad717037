package io.gatehouse.scenarios;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.http2.server.RawHTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** An upstream of HTTP/2 in clear that plays a script on each stream. */
final class Http2Upstream implements AutoCloseable {

    /** What to do on one stream. */
    interface Script {
        void play(Call call) throws Exception;
    }

    private static final int PATIENCE_SECONDS = 20;

    private final Server server = new Server();
    private final ServerConnector connector;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Script script = Http2Upstream::answerOk;

    private Http2Upstream() throws Exception {
        RawHTTP2ServerConnectionFactory http2 =
                new RawHTTP2ServerConnectionFactory(new HttpConfiguration(), new ServerSessionListener() {
                    @Override
                    public Stream.Listener onNewStream(Stream stream, HeadersFrame frame) {
                        return begin(stream, frame);
                    }
                });
        http2.setInitialStreamRecvWindow(64 * 1024);
        connector = new ServerConnector(server, 1, 1, http2);
        server.addConnector(connector);
        server.start();
    }

    static Http2Upstream start() throws Exception {
        return new Http2Upstream();
    }

    static void answerOk(Call call) throws Exception {
        call.head(false, ":status", "200", "content-length", "2").data("ok", true);
    }

    String url() {
        return "http://127.0.0.1:" + connector.getLocalPort();
    }

    /** Answers the coming streams. */
    void play(Script newScript) {
        script = newScript;
    }

    /** All streams so far. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    Call lastCall() {
        return calls.get(calls.size() - 1);
    }

    private Call begin(Stream stream, HeadersFrame frame) {
        Call call = new Call(stream, frame);
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

    /** One stream. */
    static final class Call implements Stream.Listener {

        private final Stream stream;
        private final MetaData.Request request;
        private final CompletableFuture<Integer> reset = new CompletableFuture<>();
        private final CompletableFuture<Void> played = new CompletableFuture<>();
        private final BlockingQueue<String> available = new LinkedBlockingQueue<>();

        private Call(Stream stream, HeadersFrame frame) {
            this.stream = stream;
            this.request = (MetaData.Request) frame.getMetaData();
        }

        private void play(Script script) {
            try {
                script.play(this);
                played.complete(null);
            } catch (Exception | Error e) {
                played.completeExceptionally(e);
            }
        }

        MetaData.Request request() {
            return request;
        }

        /** The values of a field of the request. */
        List<String> field(String name) {
            return request.getHttpFields().getValuesList(name);
        }

        Session session() {
            return stream.getSession();
        }

        /** A head; names and values in turn, the first being the status. */
        Call head(boolean last, String... fields) throws Exception {
            HttpFields.Mutable more = HttpFields.build();
            for (int i = 2; i < fields.length; i += 2) {
                more.add(fields[i], fields[i + 1]);
            }
            MetaData.Response head = new MetaData.Response(Integer.parseInt(fields[1]), null, HttpVersion.HTTP_2, more);
            stream.headers(new HeadersFrame(stream.getId(), head, null, last)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        Call data(String text, boolean last) throws Exception {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
            stream.data(new DataFrame(stream.getId(), bytes, last)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        Call trailers(String... fields) throws Exception {
            HttpFields.Mutable all = HttpFields.build();
            for (int i = 0; i < fields.length; i += 2) {
                all.add(fields[i], fields[i + 1]);
            }
            stream.headers(new HeadersFrame(stream.getId(), new MetaData(HttpVersion.HTTP_2, all), null, true))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        void reset(int error) throws Exception {
            stream.reset(new ResetFrame(stream.getId(), error)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** Ends the connection without a word. */
        void disconnect() {
            ((HTTP2Session) stream.getSession()).disconnect();
        }

        /** The next piece of the body; nothing at its end. */
        String read() throws Exception {
            while (true) {
                Stream.Data data = stream.readData();
                if (data != null) {
                    byte[] bytes = new byte[data.frame().remaining()];
                    data.frame().getByteBuffer().get(bytes);
                    data.release();
                    if (bytes.length > 0 || data.frame().isEndStream()) {
                        return new String(bytes, StandardCharsets.ISO_8859_1);
                    }
                    continue;
                }
                stream.demand();
                if (available.poll(PATIENCE_SECONDS, TimeUnit.SECONDS) == null) {
                    throw new AssertionError("No more of the body came");
                }
            }
        }

        /** The rest of the body. */
        String readToEnd() throws Exception {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (String piece = read(); !piece.isEmpty(); piece = read()) {
                all.write(piece.getBytes(StandardCharsets.ISO_8859_1));
            }
            return all.toString(StandardCharsets.ISO_8859_1);
        }

        /** Waits until the other side has reset the stream. */
        int awaitReset() throws Exception {
            return reset.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        /** Waits until the script is over, and fails as it did. */
        Call awaitPlayed() throws Exception {
            played.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        @Override
        public void onDataAvailable(Stream from, boolean immediate) {
            available.add("some");
        }

        @Override
        public void onReset(Stream from, ResetFrame frame, Callback callback) {
            reset.complete(frame.getError());
            callback.succeeded();
        }

        @Override
        public void onFailure(Stream from, int error, String reason, Throwable cause, Callback callback) {
            reset.complete(-1);
            callback.succeeded();
        }
    }
}
