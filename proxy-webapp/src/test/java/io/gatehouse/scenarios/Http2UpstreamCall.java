package io.gatehouse.scenarios;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;

/** One stream of an {@link Http2Upstream}, as a script plays it. */
final class Http2UpstreamCall implements Stream.Listener {

    private static final int PATIENCE_SECONDS = 20;

    private final Stream stream;
    private final MetaData.Request request;
    private final CompletableFuture<Integer> reset = new CompletableFuture<>();
    private final CompletableFuture<Void> played = new CompletableFuture<>();
    private final BlockingQueue<String> available = new LinkedBlockingQueue<>();

    Http2UpstreamCall(Stream stream, HeadersFrame frame) {
        this.stream = stream;
        this.request = (MetaData.Request) frame.getMetaData();
    }

    void play(Http2Upstream.Script script) {
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

    /** Whose certificate the other side has shown. */
    String peer() {
        return ((HTTP2Session) stream.getSession())
                .getEndPoint()
                .getSslSessionData()
                .peerCertificates()[0]
                .getSubjectX500Principal()
                .getName();
    }

    /** A head; names and values in turn, the first being the status. */
    Http2UpstreamCall head(boolean last, String... fields) throws Exception {
        HttpFields.Mutable more = HttpFields.build();
        for (int i = 2; i < fields.length; i += 2) {
            more.add(fields[i], fields[i + 1]);
        }
        MetaData.Response head = new MetaData.Response(Integer.parseInt(fields[1]), null, HttpVersion.HTTP_2, more);
        stream.headers(new HeadersFrame(stream.getId(), head, null, last)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    Http2UpstreamCall data(String text, boolean last) throws Exception {
        return data(text.getBytes(StandardCharsets.ISO_8859_1), last);
    }

    Http2UpstreamCall data(byte[] bytes, boolean last) throws Exception {
        stream.data(new DataFrame(stream.getId(), ByteBuffer.wrap(bytes), last))
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    Http2UpstreamCall trailers(String... fields) throws Exception {
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
    Http2UpstreamCall awaitPlayed() throws Exception {
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
