package io.gatehouse.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.containers.ContainerKind;
import io.gatehouse.containers.Http2Frames;
import io.gatehouse.containers.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads over HTTP/2 that get their answer before they have ended. */
@ParameterizedClass
@EnumSource(ContainerKind.class)
record Http2UploadIT(ContainerKind kind) {

    private static final byte[] PIECE = new byte[8 * 1024];

    /** What a client may send on a connection, and on a stream, before the other side has said more. */
    private static final int WINDOW = 65_535;

    private static Site site;
    private static Http2Upstream upstream;

    @BeforeParameterizedClassInvocation
    static void start(ContainerKind kind) throws Exception {
        upstream = Http2Upstream.start();
        site = Site.start(
                kind,
                prepared -> prepared.home().target("slow", upstream.url(), "protocol: h2c, response-timeout: 1s"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        site.close();
        upstream.close();
    }

    private static Map<String, String> request(String method, String target) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(":method", method);
        fields.put(":scheme", "https");
        fields.put(":authority", "gate");
        fields.put(":path", target);
        fields.put("authorization", GatehouseHome.basic("bob"));
        return fields;
    }

    private static Http2Frames.Frame next(RawClient client) throws IOException {
        Http2Frames.Frame frame = Http2Frames.next(client);
        assertThat(frame.type()).as(frame.toString()).isNotEqualTo(Http2Frames.GOAWAY);
        return frame;
    }

    private static Http2Frames.Frame next(RawClient client, int type, int stream) throws IOException {
        Http2Frames.Frame frame = next(client);
        while (frame.type() != type || frame.stream() != stream) {
            frame = next(client);
        }
        return frame;
    }

    /** Sends a body until there is an answer, but never as much as it might; how much it might send still. */
    private static int sendUntilAnswered(RawClient client) throws IOException {
        int[] windows = {WINDOW, WINDOW};
        while (true) {
            while (Math.min(windows[0], windows[1]) > 2 * PIECE.length) {
                client.send(Http2Frames.data(1, PIECE));
                windows[0] -= PIECE.length;
                windows[1] -= PIECE.length;
            }
            Http2Frames.Frame frame = next(client);
            if (frame.type() == Http2Frames.HEADERS) {
                return Math.min(windows[0], windows[1]);
            }
            windows[1] += Http2Frames.initialWindow(frame).orElse(WINDOW) - WINDOW;
            if (frame.type() == Http2Frames.WINDOW_UPDATE) {
                windows[frame.stream()] += ByteBuffer.wrap(frame.payload()).getInt();
            }
        }
    }

    /** What is on its way when the answer comes, takes nothing from the other streams of the connection. */
    @Test
    void doNotDisturbTheConnectionWhenTheUpstreamDoesNotRead() throws Exception {
        upstream.play(call -> {
            if (call.request().getMethod().equals("POST")) {
                call.awaitReset();
            } else {
                Http2Upstream.answerOk(call);
            }
        });
        try (RawClient client = site.container().http2()) {
            client.send(Http2Frames.opening(1 << 20));
            client.send(Http2Frames.request(1, request("POST", "/slow/"), false));
            for (int left = sendUntilAnswered(client); left >= PIECE.length; left -= PIECE.length) {
                client.send(Http2Frames.data(1, PIECE));
            }
            client.send(Http2Frames.request(3, request("GET", "/slow/")));
            next(client, Http2Frames.HEADERS, 3);
            assertThat(next(client, Http2Frames.DATA, 3).payload()).asString().isEqualTo("ok");
        }
    }
}
