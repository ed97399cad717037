package io.gatehouse.proxy;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Encodes as gzip, zlib or raw deflate. What was written can be read by the client after each {@link #flush}. */
final class DeflatingSink implements BodySink {

    /** What stands around the deflated data. */
    enum Format {
        GZIP,
        ZLIB,
        RAW
    }

    private static final int BUFFER = 16 * 1024;
    private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final Format format;
    private final BodySink next;
    private final Deflater deflater;
    private final CRC32 check = new CRC32();
    private final byte[] buffer = new byte[BUFFER];
    private boolean begun;
    private boolean unflushed;

    DeflatingSink(Format format, BodySink next) {
        this.format = format;
        this.next = next;
        this.deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, format != Format.ZLIB);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        begin();
        check.update(bytes, from, length);
        deflater.setInput(bytes, from, length);
        drain(Deflater.NO_FLUSH);
        unflushed = true;
    }

    private void begin() throws IOException {
        if (!begun && format == Format.GZIP) {
            next.write(GZIP_HEAD, 0, GZIP_HEAD.length);
        }
        begun = true;
    }

    private void drain(int flush) throws IOException {
        int length = deflater.deflate(buffer, 0, buffer.length, flush);
        while (length > 0) {
            next.write(buffer, 0, length);
            length = length < buffer.length && flush != Deflater.NO_FLUSH && !deflater.finished()
                    ? 0
                    : deflater.deflate(buffer, 0, buffer.length, flush);
        }
    }

    @Override
    public void flush() throws IOException {
        if (unflushed) {
            drain(Deflater.SYNC_FLUSH);
            unflushed = false;
        }
        next.flush();
    }

    @Override
    public void end() throws IOException {
        begin();
        deflater.finish();
        while (!deflater.finished()) {
            drain(Deflater.NO_FLUSH);
        }
        if (format == Format.GZIP) {
            byte[] end = new byte[8];
            for (int i = 0; i < 4; i++) {
                end[i] = (byte) (check.getValue() >> 8 * i);
                end[4 + i] = (byte) (deflater.getBytesRead() >> 8 * i);
            }
            next.write(end, 0, end.length);
        }
        next.end();
    }

    @Override
    public void close() {
        deflater.end();
        next.close();
    }
}
