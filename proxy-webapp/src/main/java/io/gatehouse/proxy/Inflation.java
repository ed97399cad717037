package io.gatehouse.proxy;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/** Inflates piece by piece. However much comes out, no more than one buffer of it is here at a time. */
final class Inflation {

    private static final int BUFFER = 16 * 1024;

    /** Takes what comes out. */
    interface Output {
        void write(byte[] bytes, int from, int length) throws IOException;
    }

    private final Inflater inflater;
    private final byte[] buffer = new byte[BUFFER];

    /** @param raw without the head and checksum of zlib */
    Inflation(boolean raw) {
        inflater = new Inflater(raw);
    }

    /** @return how much of the input stands behind the end of the deflated data */
    int inflate(byte[] bytes, int from, int length, Output output) throws IOException {
        inflater.setInput(bytes, from, length);
        try {
            for (int out = inflater.inflate(buffer); out > 0; out = inflater.inflate(buffer)) {
                output.write(buffer, 0, out);
            }
        } catch (DataFormatException e) {
            throw new ZipException(String.valueOf(e.getMessage()));
        }
        if (inflater.needsDictionary()) {
            throw new ZipException("it needs a dictionary");
        }
        return inflater.finished() ? inflater.getRemaining() : 0;
    }

    boolean isFinished() {
        return inflater.finished();
    }

    void reset() {
        inflater.reset();
    }

    void close() {
        inflater.end();
    }
}
