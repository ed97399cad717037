package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.BAD_ANSWER;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The decoded body of an answer that refuses an upgrade; closes the connection at its end. */
final class AnswerBody extends InputStream {
    private static final int GREATEST_LINE = 8 * 1024;

    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final InputStream source;
    private final SwitchedConnection connection;
    private final SocketDeadline deadline;
    private final Framing framing;
    /** Of the body or of the current chunk. */
    private long remaining;

    private long budget;
    private boolean firstChunk = true;
    private boolean finished;

    private AnswerBody(
            InputStream source,
            SwitchedConnection connection,
            SocketDeadline deadline,
            Framing framing,
            long remaining,
            long budget) {
        this.source = source;
        this.connection = connection;
        this.deadline = deadline;
        this.framing = framing;
        this.remaining = remaining;
        this.budget = budget;
    }

    /** @throws UpgradeException for framing that two readers could take differently (RFC 9112, 6.3) */
    static AnswerBody of(
            AnswerHead head,
            InputStream source,
            SwitchedConnection connection,
            SocketDeadline deadline,
            int greatestSize)
            throws UpgradeException {
        List<String> encodings = HeaderField.values(head.headers(), "Transfer-Encoding");
        List<String> lengths = HeaderField.values(head.headers(), "Content-Length");
        if (head.status() == 204 || head.status() == 304) {
            return new AnswerBody(source, connection, deadline, Framing.LENGTH, 0, greatestSize);
        }
        if (!encodings.isEmpty()) {
            if (!lengths.isEmpty() || !encodings.equals(List.of("chunked")) || !head.http11()) {
                throw new UpgradeException(BAD_ANSWER, "The upstream's answer has an ambiguous length");
            }
            return new AnswerBody(source, connection, deadline, Framing.CHUNKED, 0, greatestSize);
        }
        if (lengths.isEmpty()) {
            return new AnswerBody(source, connection, deadline, Framing.UNTIL_CLOSE, Long.MAX_VALUE, greatestSize);
        }
        if (lengths.size() != 1 || !lengths.get(0).matches("[0-9]{1,15}")) {
            throw new UpgradeException(BAD_ANSWER, "The upstream's answer has a bad Content-Length");
        }
        long length = Long.parseLong(lengths.get(0));
        return new AnswerBody(source, connection, deadline, Framing.LENGTH, length, greatestSize);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            return readDecoded(target, offset, length);
        } catch (IOException e) {
            close();
            throw deadline.explain(e, "The upstream broke off its answer");
        }
    }

    private int readDecoded(byte[] target, int offset, int length) throws IOException {
        if (!finished && framing == Framing.CHUNKED && remaining == 0) {
            nextChunk();
        }
        if (finished || (framing == Framing.LENGTH && remaining == 0)) {
            finished = true;
            close();
            return -1;
        }
        int count = source.read(target, offset, (int) Math.min(length, Math.min(remaining, budget + 1)));
        if (count < 0) {
            if (framing != Framing.UNTIL_CLOSE) {
                throw new UpgradeException(BAD_ANSWER, "The upstream's answer ended early");
            }
            finished = true;
            close();
            return -1;
        }
        remaining -= count;
        budget -= count;
        if (budget < 0) {
            throw new UpgradeException(BAD_ANSWER, "The upstream's answer to an upgrade is too large");
        }
        return count;
    }

    private void nextChunk() throws IOException {
        if (!firstChunk && !line().isEmpty()) {
            throw new UpgradeException(BAD_ANSWER, "The upstream's answer has a bad chunk");
        }
        firstChunk = false;
        String size = line().split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new UpgradeException(BAD_ANSWER, "The upstream's answer has a bad chunk");
        }
        remaining = Long.parseLong(size, 16);
        if (remaining == 0) {
            int trailers = 0;
            for (String line = line(); !line.isEmpty(); line = line()) {
                trailers += line.length();
                if (trailers > GREATEST_LINE) {
                    throw new UpgradeException(BAD_ANSWER, "The trailers of the upstream's answer are too large");
                }
            }
            finished = true;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < GREATEST_LINE) {
            int next = source.read();
            if (next < 0) {
                throw new UpgradeException(BAD_ANSWER, "The upstream's answer ended early");
            }
            if (next == '\n' || (next == '\r' && source.read() != '\n')) {
                throw new UpgradeException(BAD_ANSWER, "The upstream's answer has a bad chunk");
            }
            if (next == '\r') {
                return line.toString();
            }
            line.append((char) next);
        }
        throw new UpgradeException(BAD_ANSWER, "The upstream's answer has a bad chunk");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public void close() {
        deadline.cancel();
        connection.close();
    }
}
