package io.gatehouse.proxy;

import java.io.IOException;

/** Takes a body piece by piece and hands it on, changed or not. */
interface BodySink {

    /** The next piece; the array is the caller's again after the return. */
    void write(byte[] bytes, int from, int length) throws IOException;

    /** For now nothing more is here: whatever can go on goes on. */
    void flush() throws IOException;

    /** The body is whole. */
    void end() throws IOException;

    /** Gives back what it holds, whether the body was whole or not. */
    default void close() {}
}
