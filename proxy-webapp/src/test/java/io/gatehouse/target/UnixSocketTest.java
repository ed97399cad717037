package io.gatehouse.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {

    @TempDir
    Path folder;

    private Path file;
    private ServerSocketChannel server;
    private UnixSocket socket;
    private SocketChannel peer;

    @BeforeEach
    void connect() throws IOException {
        file = folder.resolve("socket");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file), 1);
        socket = new UnixSocket(file);
        socket.connect();
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        server.close();
    }

    private void send(String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes()));
    }

    private String receive(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && peer.read(bytes) >= 0) {
            // more of it
        }
        return new String(bytes.array(), 0, bytes.position());
    }

    @Test
    void carriesBytesBothWays() throws IOException {
        socket.getOutputStream().write("question".getBytes());
        assertThat(receive(8)).isEqualTo("question");
        send("answer");
        assertThat(socket.getInputStream().readNBytes(6)).asString().isEqualTo("answer");
        socket.shutdownOutput();
        assertThat(receive(1)).isEmpty();
        send("x");
        peer.close();
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void saysWhatIsHere() throws IOException {
        assertThat(socket.getInputStream().available()).isZero();
        send("abc");
        assertThat(socket.getInputStream().available()).isEqualTo(3);
        assertThat(socket.getInputStream().read()).isEqualTo('a');
        assertThat(socket.getInputStream().available()).isEqualTo(2);
        send("de");
        peer.close();
        assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("bcde");
        assertThat(socket.getInputStream().available()).isZero();
    }

    @Test
    void readsNoLongerThanItMay() throws IOException {
        socket.setSoTimeout(50);
        long begun = System.nanoTime();
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
        assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(49));
        send("x");
        assertThat(socket.getInputStream().read()).isEqualTo('x'); // it is none the worse for it
        assertThat(socket.getSoTimeout()).isEqualTo(50);
    }

    @Test
    void carriesMoreThanAnybodyKeeps() throws Exception {
        byte[] much = new byte[5_000_000];
        CompletableFuture<Integer> received = CompletableFuture.supplyAsync(() -> {
            try {
                return receive(much.length).length();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        socket.getOutputStream().write(much);
        assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo(much.length);
    }

    private interface Io {
        void run() throws IOException;
    }

    /** The thread that carries it out, and its failure. */
    private static CompletableFuture<Throwable> failure(Thread[] thread, Io io) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        thread[0] = new Thread(() -> {
            try {
                io.run();
                failure.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                failure.complete(e);
            }
        });
        thread[0].setDaemon(true);
        thread[0].start();
        return failure;
    }

    private static void awaitSelect(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getMethodName().equals("select")) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("It does not wait");
    }

    @Test
    void closingWakesWhoeverWaits() throws Exception {
        Thread[] reader = new Thread[1];
        Thread[] writer = new Thread[1];
        CompletableFuture<Throwable> read =
                failure(reader, () -> socket.getInputStream().read());
        CompletableFuture<Throwable> written = failure(writer, () -> {
            while (true) {
                socket.getOutputStream().write(new byte[16 * 1024]);
            }
        });
        awaitSelect(reader[0]);
        awaitSelect(writer[0]);
        socket.close();
        assertThat(read.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        assertThat(written.get(20, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        while (!receive(1 << 20).isEmpty()) {
            // what it had sent; then the end, as the file is closed
        }
        assertThatIOException().isThrownBy(() -> socket.getInputStream().read());
    }

    @Test
    void saysWhyItIsNotConnected() throws IOException {
        Path other = folder.resolve("other");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new UnixSocket(other).connect())
                .withMessage(other + ": No such file or directory");
        Files.writeString(other, "");
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new UnixSocket(other).connect())
                .withMessage(other + ": Connection refused");
        Path far = folder.resolve("x".repeat(120));
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new UnixSocket(far).connect())
                .withMessageStartingWith(far + ": ");
    }

    @Test
    void doesNotWaitForAnUpstreamThatAcceptsNobody() throws IOException {
        List<UnixSocket> queued = new ArrayList<>();
        try {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            UnixSocket next = new UnixSocket(file);
                            queued.add(next);
                            next.connect();
                        }
                    })
                    .withMessage(file + ": Resource temporarily unavailable");
        } finally {
            for (UnixSocket one : queued) {
                one.close();
            }
        }
    }
}
