package io.gatehouse.containers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server that plays a script on each connection and records the exact bytes that it got. */
public final class ScriptedUpstream implements AutoCloseable {
    /** What to do on one connection; when it returns the connection is closed. */
    public interface Script {
        void play(Connection connection) throws Exception;
    }

    /** Longer than what a test waits for: one that opens five hundred streams leaves the first ones silent for a while. */
    private static final int PATIENCE_MILLISECONDS = 3 * RawClient.PATIENCE_MILLISECONDS;

    /** One accepted connection; reading is bounded by a minute without a byte. */
    public final class Connection {
        private final Socket transport;
        private final Socket socket;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final CountDownLatch done = new CountDownLatch(1);

        private Connection(Socket transport, Socket socket) {
            this.transport = transport;
            this.socket = socket;
        }

        public Connection send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public Connection send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        }

        public String readHead() throws IOException {
            String head = RawClient.readHead(socket.getInputStream());
            record(head.getBytes(StandardCharsets.ISO_8859_1));
            return head;
        }

        /** So many bytes, or fewer at the end. */
        public byte[] read(int count) throws IOException {
            return record(socket.getInputStream().readNBytes(count));
        }

        /** Like {@link #read}, for so much that it is not to be kept. */
        public byte[] readUnrecorded(int count) throws IOException {
            return socket.getInputStream().readNBytes(count);
        }

        public byte[] readToEnd() throws IOException {
            return record(RawClient.readToEnd(socket));
        }

        /** Sends back what comes, until the other side ends. */
        public void echo() throws IOException {
            byte[] buffer = new byte[16 * 1024];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                socket.getOutputStream().write(buffer, 0, n);
            }
        }

        /** Does nothing until the test is over. */
        public void stall() throws InterruptedException {
            over.await();
        }

        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        public void reset() throws IOException {
            transport.setSoLinger(true, 0);
            transport.close();
        }

        /** What was read so far, as text. */
        public synchronized String received() {
            return received.toString(StandardCharsets.ISO_8859_1);
        }

        /** Waits until the script has returned. */
        public Connection awaitDone() throws InterruptedException {
            if (!done.await(RawClient.PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The script has not ended");
            }
            return this;
        }

        private synchronized byte[] record(byte[] bytes) {
            received.writeBytes(bytes);
            return bytes;
        }
    }

    private final ServerSocket server;
    private final SSLContext tls;
    private final Script script;
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Connection> all = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();

    private ScriptedUpstream(SSLContext tls, Script script) throws IOException {
        this.server = new ServerSocket();
        // Small, so that a reader that waits is felt soon.
        server.setReceiveBufferSize(64 * 1024);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        this.tls = tls;
        this.script = script;
        daemon(this::accept);
    }

    public static ScriptedUpstream plain(Script script) throws IOException {
        return new ScriptedUpstream(null, script);
    }

    public static ScriptedUpstream tls(SSLContext context, Script script) throws IOException {
        return new ScriptedUpstream(context, script);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket transport) {
        try (transport) {
            transport.setSoTimeout(PATIENCE_MILLISECONDS);
            transport.setTcpNoDelay(true);
            Socket socket = transport;
            if (tls != null) {
                SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(transport, null, true);
                socket = secure;
            }
            Connection connection = new Connection(transport, socket);
            all.add(connection);
            accepted.add(connection);
            try {
                script.play(connection);
                socket.close();
            } finally {
                connection.done.countDown();
            }
        } catch (Exception e) {
            // The other side broke the connection off, as many scenarios want it.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(null, work, "scripted-upstream", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The next connection that came in, in order. */
    public Connection next() throws InterruptedException {
        Connection connection = accepted.poll(RawClient.PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (connection == null) {
            throw new AssertionError("No connection came");
        }
        return connection;
    }

    /** All that came in so far. */
    public List<Connection> connections() {
        return List.copyOf(all);
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        server.close();
        for (Connection connection : all) {
            connection.transport.close();
        }
    }
}
