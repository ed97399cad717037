package io.gatehouse.containers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a client of HTTP/2 sends and reads, RFC 9113 and 7541, as far as tests need it. */
public final class Http2Frames {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM_AND_HEADERS = 5;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int CANCEL = 8;
    private static final int LONGEST_SHORT = 127;

    private Http2Frames() {}

    /** Opens a connection, and lets the server send so many bytes on it, and as many on each stream. */
    public static byte[] opening(int window) {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] setting = ByteBuffer.allocate(6)
                .putShort((short) INITIAL_WINDOW_SIZE)
                .putInt(window)
                .array();
        byte[] more = ByteBuffer.allocate(4).putInt(window).array();
        return joined(List.of(preface, frame(SETTINGS, 0, 0, setting), frame(WINDOW_UPDATE, 0, 0, more)));
    }

    /** A request without a body; {@code stream} is odd and grows. */
    public static byte[] request(int stream, Map<String, String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            block.write(0); // a literal with a new name that is not to be indexed
            writeText(block, name);
            writeText(block, value);
        });
        return frame(HEADERS, END_STREAM_AND_HEADERS, stream, block.toByteArray());
    }

    /** Ends one stream from this side. */
    public static byte[] cancel(int stream) {
        return frame(
                RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array());
    }

    /** Asks for a sign of life. */
    public static byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    /** Reads whole frames, at least so many bytes of them. */
    public static void read(RawClient client, int bytes) throws IOException {
        for (int left = bytes; left > 0; left -= frame(client).length) {
            // what they say is of no interest
        }
    }

    /** Reads up to the sign of life that was asked for. */
    public static void readToPing(RawClient client) throws IOException {
        while (frame(client)[3] != PING) {
            // what was on its way before
        }
    }

    private static byte[] frame(RawClient client) throws IOException {
        byte[] head = client.read(9);
        byte[] payload = client.read((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff);
        return joined(List.of(head, payload));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    private static void writeText(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < LONGEST_SHORT) {
            block.write(bytes.length);
        } else {
            block.write(LONGEST_SHORT);
            int rest = bytes.length - LONGEST_SHORT;
            for (; rest > LONGEST_SHORT; rest >>= 7) {
                block.write(rest & LONGEST_SHORT | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
