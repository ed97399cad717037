package io.gatehouse.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bounds of time, with a clock that the test turns. */
class TunnelTest {
    private static final TunnelLimits LIMITS = new TunnelLimits(
            Duration.ofMinutes(15), Duration.ofHours(2), Duration.ofMinutes(1), Duration.ofSeconds(5), 10);

    /** A client that says nothing, takes everything and can not be half closed. */
    private static final class SilentClient implements ClientChannel {
        private volatile boolean closed;
        private volatile boolean ended;

        @Override
        public int read(byte[] buffer) {
            return ended ? -1 : 0;
        }

        @Override
        public void awaitReadable() {}

        @Override
        public void write(byte[] buffer, int length) {}

        @Override
        public boolean shutdownOutput() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final AtomicLong clock = new AtomicLong();
    private final BlockingQueue<TunnelEnd> ends = new ArrayBlockingQueue<>(10);
    private final ExecutorService threads = StreamThreads.forTunnels(10);
    private final SilentClient client = new SilentClient();
    private ServerSocket server;
    private Socket upstream;
    private Tunnel tunnel;

    @BeforeEach
    void open() throws Exception {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
        upstream = server.accept();
        InputStream input = socket.getInputStream();
        OutputStream output = socket.getOutputStream();
        SwitchedConnection connection = new SwitchedConnection(socket, socket, input, output);
        tunnel = new Tunnel(connection, LIMITS, threads, clock::get, (ended, end) -> ends.add(end));
    }

    @AfterEach
    void close() throws Exception {
        tunnel.close("end of test");
        upstream.close();
        server.close();
        threads.shutdownNow();
    }

    @Test
    void endsWhenNothingWasSentForTooLong() throws Exception {
        tunnel.start(client);
        pass(Duration.ofMinutes(15));
        assertThat(client.closed).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(end().reason()).isEqualTo(TunnelEnd.Reason.IDLE);
        assertThat(client.closed).isTrue();
    }

    @Test
    void aByteKeepsItAliveUntilItIsTooOld() throws Exception {
        tunnel.start(client);
        for (int i = 1; i <= 8; i++) {
            pass(Duration.ofMinutes(14));
            upstream.getOutputStream().write(i);
            awaitBytesOut(i);
            assertThat(client.closed).isFalse();
        }
        pass(Duration.ofMinutes(9));
        assertThat(end().reason()).isEqualTo(TunnelEnd.Reason.TOO_OLD);
    }

    @Test
    void endsWhenTheContainerNeverComes() throws Exception {
        pass(Duration.ofSeconds(61));
        assertThat(end().reason()).isEqualTo(TunnelEnd.Reason.ERROR);
        tunnel.start(client);
        assertThat(client.closed).isTrue();
    }

    @Test
    void boundsWhatTheUpstreamMaySendAfterTheClientHasEnded() throws Exception {
        client.ended = true;
        tunnel.start(client);
        assertThat(upstream.getInputStream().read()).isEqualTo(-1);
        // The half-close is noted before the upstream sees it.
        pass(Duration.ofSeconds(6));
        TunnelEnd end = end();
        assertThat(end.reason()).isEqualTo(TunnelEnd.Reason.CLIENT_CLOSED);
        assertThat(end.text()).isEqualTo("the client closed the connection");
    }

    @Test
    void tellsItsEndOnce() throws Exception {
        tunnel.start(client);
        tunnel.close("first");
        tunnel.close("second");
        tunnel.onContainerClosed();
        TunnelEnd end = end();
        assertThat(end.reason()).isEqualTo(TunnelEnd.Reason.CLOSED_BY_US);
        assertThat(end.text()).isEqualTo("first");
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).isEmpty();
    }

    @Test
    void limitsAreChecked() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new TunnelLimits(Duration.ofMinutes(14), second, second, second, 1))
                .hasMessage("idle is under 15 minutes");
        assertThatThrownBy(() -> new TunnelLimits(Duration.ofHours(1), second, Duration.ZERO, second, 1))
                .hasMessage("stall is not positive");
        assertThatThrownBy(() -> new TunnelLimits(Duration.ofHours(1), second, second, second, 0))
                .hasMessage("tunnels is not positive");
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
        tunnel.check();
    }

    private TunnelEnd end() throws InterruptedException {
        TunnelEnd end = ends.poll(20, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return end;
    }

    private void awaitBytesOut(long count) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (tunnel.bytesOut() < count && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(tunnel.bytesOut()).isEqualTo(count);
    }
}
