package io.gatehouse.containers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A unix socket in front of a server of TCP. */
public final class UnixRelay implements AutoCloseable {

    private final Path file;
    private final int port;
    private final ServerSocketChannel server;

    private UnixRelay(Path file, int port) throws IOException {
        this.file = file;
        this.port = port;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file), 100);
        daemon(this::accept);
    }

    /** Leads to a port of this machine. */
    public static UnixRelay to(int port) throws IOException {
        return new UnixRelay(Files.createTempDirectory("gatehouse-unix").resolve("upstream.sock"), port);
    }

    public Path file() {
        return file;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                SocketChannel upstream =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                daemon(() -> copy(client, upstream));
                daemon(() -> copy(upstream, client));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** To the end of one side, which becomes the end of the other; what breaks takes both along. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(null, work, "unix-relay", 256 * 1024);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
    }
}
