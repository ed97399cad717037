package io.gatehouse.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upstream's side of a tunnel: one reading thread, one writing thread, closed from any. */
public final class SwitchedConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchedConnection.class);

    /** The TCP socket below a TLS one, or the same. */
    private final Socket transport;

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    SwitchedConnection(Socket transport, Socket socket, InputStream input, OutputStream output) {
        this.transport = transport;
        this.socket = socket;
        this.input = input;
        this.output = output;
    }

    int read(byte[] buffer) throws IOException {
        return input.read(buffer, 0, buffer.length);
    }

    void write(byte[] buffer, int length) throws IOException {
        output.write(buffer, 0, length);
        output.flush();
    }

    /** Sends FIN (TLS: close_notify); only by the writing thread, as on TLS it waits for a running write. */
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Wakes both threads. Closes the TCP socket directly: SSLSocket.close() would wait for a writer that is stuck in a
     * peer that does not read.
     */
    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.debug("Closing an upstream socket failed", e);
        }
    }
}
