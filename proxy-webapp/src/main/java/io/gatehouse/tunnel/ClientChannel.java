package io.gatehouse.tunnel;

import java.io.IOException;

/** The client's side of a tunnel, as a container gives it. One reading and one writing thread, closed from any. */
interface ClientChannel {
    /**
     * Reads what is there, without waiting.
     *
     * @return how many bytes, 0 when there are none now, -1 at the end
     */
    int read(byte[] buffer) throws IOException;

    /** After a read gave 0: has {@link Tunnel#onReadable} called once when there is more, or the end. */
    void awaitReadable() throws IOException;

    /** Returns when the bytes have left for the network; throws when the channel is closed meanwhile. */
    void write(byte[] buffer, int length) throws IOException;

    /**
     * Tells the client that nothing more comes, and keeps reading.
     *
     * @return false where that is not possible
     */
    boolean shutdownOutput() throws IOException;

    /** Closes both directions without waiting for anything, and wakes a writer. */
    void close();
}
