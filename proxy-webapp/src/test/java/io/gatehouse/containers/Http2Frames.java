package io.gatehouse.containers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What a client of HTTP/2 sends and reads, RFC 9113 and 7541, as far as tests need it. */
public final class Http2Frames {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;

    private static final int HEAD = 9;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
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

    /** What was sent or read. */
    public record Frame(int type, int flags, int stream, byte[] payload) {

        int length() {
            return HEAD + payload.length;
        }

        public boolean isLast() {
            return type <= HEADERS && (flags & END_STREAM) != 0;
        }

        private boolean isAnswer() {
            return (flags & ACK) != 0;
        }

        private boolean wantsAnswer() {
            return (type == SETTINGS || type == PING) && !isAnswer();
        }

        @Override
        public String toString() {
            return "frame of type " + type + ", stream " + stream + ": "
                    + new String(payload, StandardCharsets.US_ASCII);
        }
    }

    /** A request without a body; {@code stream} is odd and grows. */
    public static byte[] request(int stream, Map<String, String> fields) {
        return request(stream, fields, true);
    }

    /** @param last whether there is no body */
    public static byte[] request(int stream, Map<String, String> fields, boolean last) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            block.write(0); // a literal with a new name that is not to be indexed
            writeText(block, name);
            writeText(block, value);
        });
        return frame(HEADERS, last ? END_HEADERS | END_STREAM : END_HEADERS, stream, block.toByteArray());
    }

    /** A piece of a body. */
    public static byte[] data(int stream, byte[] piece) {
        return frame(DATA, 0, stream, piece);
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

    /** Reads whole frames, at least so many bytes of them, and the heads of so many answers. */
    public static void read(RawClient client, int bytes, int heads) throws IOException {
        List<Frame> read = new ArrayList<>();
        int bytesLeft = bytes;
        int headsLeft = heads;
        while (bytesLeft > 0 || headsLeft > 0) {
            Frame frame = next(client, read);
            read.add(frame);
            bytesLeft -= frame.length();
            headsLeft -= frame.type() == HEADERS ? 1 : 0;
        }
    }

    /** Reads up to the sign of life that was asked for; the server may ask for one, too. */
    public static void readToPing(RawClient client) throws IOException {
        List<Frame> read = new ArrayList<>();
        Frame frame;
        do {
            frame = next(client, read);
            read.add(frame);
        } while (frame.type() != PING || !frame.isAnswer());
    }

    private static Frame next(RawClient client, List<Frame> before) throws IOException {
        try {
            return next(client);
        } catch (SocketTimeoutException | EOFException e) {
            String kinds = before.stream()
                    .map(frame -> frame.type() == GOAWAY
                            ? frame.toString()
                            : frame.type() + ":" + frame.stream() + (frame.isLast() ? "!" : ""))
                    .collect(Collectors.joining(" "));
            int bytes = before.stream().mapToInt(Frame::length).sum();
            throw new IOException(e.getMessage() + " after " + bytes + " bytes, types and streams: " + kinds, e);
        }
    }

    /** What may be sent on each stream to begin with, if the frame says so. */
    public static OptionalInt initialWindow(Frame frame) {
        ByteBuffer settings = ByteBuffer.wrap(frame.type() == SETTINGS ? frame.payload() : new byte[0]);
        while (settings.hasRemaining()) {
            int name = settings.getShort();
            int value = settings.getInt();
            if (name == INITIAL_WINDOW_SIZE) {
                return OptionalInt.of(value);
            }
        }
        return OptionalInt.empty();
    }

    /**
     * The next frame. Settings and pings are answered, as RFC 9113 6.5.3 and 6.7 have it of every client: Tomcat now and
     * then leaves what came in one TLS record with the settings, and so the first request, until its ping is answered.
     */
    public static Frame next(RawClient client) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(frame(client)).position(3);
        int type = bytes.get();
        int flags = bytes.get();
        int stream = bytes.getInt();
        byte[] payload = new byte[bytes.remaining()];
        bytes.get(payload);
        Frame frame = new Frame(type, flags, stream, payload);
        if (frame.wantsAnswer()) {
            client.send(frame(type, ACK, 0, type == PING ? payload : new byte[0]));
        }
        return frame;
    }

    private static byte[] frame(RawClient client) throws IOException {
        byte[] head = client.read(HEAD);
        byte[] payload = client.read((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff);
        return joined(List.of(head, payload));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEAD + payload.length)
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
