package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.BAD_ANSWER;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads answer heads from the upstream, and afterwards gives what follows, first the bytes that came with the head. */
final class AnswerInput extends InputStream {
    /** For one head; all interim heads together are bounded by their number. */
    static final int GREATEST_HEAD = 64 * 1024;

    private static final int GREATEST_INTERIM_ANSWERS = 10;

    private final InputStream source;
    private byte[] buffer = new byte[4096];
    private int start;
    private int end;

    AnswerInput(InputStream source) {
        this.source = source;
    }

    /** The first head that is final or 101. */
    AnswerHead readFinalHead() throws IOException {
        for (int i = 0; i <= GREATEST_INTERIM_ANSWERS; i++) {
            AnswerHead head = readHead();
            if (!head.isInterim()) {
                return head;
            }
        }
        throw new UpgradeException(BAD_ANSWER, "The upstream sent too many interim answers");
    }

    private AnswerHead readHead() throws IOException {
        int scanned = 3;
        while (true) {
            for (int i = start + scanned; i < end; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n' && buffer[i - 3] == '\r') {
                    String text = new String(buffer, start, i - 3 - start, StandardCharsets.ISO_8859_1);
                    start = i + 1;
                    return AnswerHead.parse(text);
                }
            }
            scanned = Math.max(scanned, end - start);
            refuseWhatIsNoHttp();
            fill();
        }
    }

    private void refuseWhatIsNoHttp() throws UpgradeException {
        byte[] expected = "HTTP/1.".getBytes(StandardCharsets.ISO_8859_1);
        int length = Math.min(expected.length, end - start);
        if (!Arrays.equals(buffer, start, start + length, expected, 0, length)) {
            throw new UpgradeException(BAD_ANSWER, "The upstream does not speak HTTP/1.1");
        }
        if (end - start >= GREATEST_HEAD) {
            throw new UpgradeException(BAD_ANSWER, "The head of the upstream's answer is over 64 KiB");
        }
    }

    private void fill() throws IOException {
        if (end == buffer.length) {
            buffer = Arrays.copyOfRange(buffer, start, start + Math.max(buffer.length, 2 * (end - start)));
            end -= start;
            start = 0;
        }
        int count = source.read(buffer, end, buffer.length - end);
        if (count < 0) {
            throw new UpgradeException(BAD_ANSWER, "The upstream closed the connection before it had answered");
        }
        end += count;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (start == end) {
            buffer = new byte[0];
            start = 0;
            end = 0;
            return source.read(target, offset, length);
        }
        int count = Math.min(length, end - start);
        System.arraycopy(buffer, start, target, offset, count);
        start += count;
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }
}
