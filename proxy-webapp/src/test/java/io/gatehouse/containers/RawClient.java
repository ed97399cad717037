package io.gatehouse.containers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A socket that sends exact bytes and reads with bounded time: 20 seconds without a byte fail the test. */
public final class RawClient implements AutoCloseable {
    static final int PATIENCE_MILLISECONDS = 20_000;

    private final Socket transport;
    private final Socket socket;

    private RawClient(Socket transport, Socket socket) {
        this.transport = transport;
        this.socket = socket;
    }

    public static RawClient plain(int port) throws IOException {
        Socket socket = connect(port);
        return new RawClient(socket, socket);
    }

    /** HTTP/1.1 by ALPN. */
    public static RawClient tls(int port, SSLContext context) throws IOException {
        return tls(port, context, "http/1.1");
    }

    /** HTTP/2 by ALPN; what it sends and reads are frames. */
    public static RawClient http2(int port, SSLContext context) throws IOException {
        return tls(port, context, "h2");
    }

    private static RawClient tls(int port, SSLContext context, String protocol) throws IOException {
        Socket transport = connect(port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(transport, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new RawClient(transport, socket);
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        // Small, so that a reader that waits is felt soon.
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLISECONDS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLISECONDS);
        return socket;
    }

    /** In one write, and so in one packet or TLS record when it is small. */
    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Up to and with the blank line; what follows is left. */
    public String readHead() throws IOException {
        return readHead(socket.getInputStream());
    }

    static String readHead(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException("Ended within a head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Exactly so many bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("Ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    public String readText(int count) throws IOException {
        return new String(read(count), StandardCharsets.ISO_8859_1);
    }

    /** Up to a line end, which is left out. */
    public String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n';
                next = socket.getInputStream().read()) {
            if (next < 0) {
                throw new EOFException("Ended within a line: " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /**
     * One chunk of a chunked body; empty for the last one, whose trailers are left. The line end behind a chunk is read
     * with the next one, as Jetty sends it only then.
     */
    public byte[] readChunk() throws IOException {
        String size = readLine();
        return read(Integer.parseInt(size.isEmpty() ? readLine() : size, 16));
    }

    /** Everything until the other side closes, or resets. */
    public String readToEnd() throws IOException {
        return new String(readToEnd(socket), StandardCharsets.ISO_8859_1);
    }

    static byte[] readToEnd(Socket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                bytes.write(buffer, 0, n);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // Reset, or TLS without close_notify: an end as well.
        }
        return bytes.toByteArray();
    }

    /** FIN; TLS: close_notify. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** RST. */
    public void reset() throws IOException {
        transport.setSoLinger(true, 0);
        transport.close();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
