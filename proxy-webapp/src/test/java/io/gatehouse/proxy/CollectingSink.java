package io.gatehouse.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Keeps what it gets. */
final class CollectingSink implements BodySink {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    @Override
    public void write(byte[] more, int from, int length) {
        bytes.write(more, from, length);
    }

    @Override
    public void flush() {}

    @Override
    public void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    String text() {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
