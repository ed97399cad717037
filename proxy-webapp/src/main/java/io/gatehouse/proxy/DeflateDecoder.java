package io.gatehouse.proxy;

import java.io.IOException;
import java.util.function.Function;
import java.util.zip.ZipException;

/**
 * Decodes {@code deflate} as it comes: zlib as RFC 9110 8.4.1.2 has it, or raw, as some servers send it, Go's among them.
 * Its first two bytes tell, and what goes on to the client is the same.
 */
final class DeflateDecoder implements BodySink {

    private final Function<Boolean, BodySink> nextForRaw;
    private final byte[] head = new byte[2];
    private int seen;
    private BodySink next;
    private Inflation inflation;

    /** @param nextForRaw what comes next, made once it is known whether the input is raw */
    DeflateDecoder(Function<Boolean, BodySink> nextForRaw) {
        this.nextForRaw = nextForRaw;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        while (seen < head.length && at < from + length) {
            head[seen++] = bytes[at++];
            if (seen == head.length) {
                begin();
                inflation.inflate(head, 0, head.length, next::write);
            }
        }
        if (at < from + length && !inflation.isFinished()) {
            inflation.inflate(bytes, at, from + length - at, next::write);
        }
    }

    private void begin() {
        int first = head[0] & 0xff;
        boolean zlib = (first & 15) == 8 && (first << 8 | head[1] & 0xff) % 31 == 0;
        inflation = new Inflation(!zlib);
        next = nextForRaw.apply(!zlib);
    }

    @Override
    public void flush() throws IOException {
        if (next != null) {
            next.flush();
        }
    }

    @Override
    public void end() throws IOException {
        if (seen > 0 && (inflation == null || !inflation.isFinished())) {
            throw new ZipException("it ends early");
        }
        if (next != null) {
            next.end();
        }
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
            next.close();
        }
    }
}
