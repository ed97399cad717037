package io.gatehouse.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A channel to a unix socket, as streams. It never blocks, as a read that blocks could not be bounded: who has to wait does
 * so at a selector, one for reading and one for writing, which closing wakes. One thread reads and one writes.
 */
final class UnixChannel {

    private static final int BUFFER = 8 * 1024;

    private final SocketChannel channel;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private volatile int readTimeoutMillis;

    /** Guarded by this, as the next. */
    private Selector readable;

    private Selector writable;

    private UnixChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /** @throws UnsupportedOperationException when this system has no unix sockets */
    static UnixChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.configureBlocking(false);
        return new UnixChannel(channel);
    }

    /** @return whether it was connected at once, as a unix socket is, if at all */
    boolean connect(Path file) throws IOException {
        return channel.connect(UnixDomainSocketAddress.of(file));
    }

    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    /** How long a read may wait; 0 is without end. */
    int readTimeoutMillis() {
        return readTimeoutMillis;
    }

    void readTimeoutMillis(int millis) {
        readTimeoutMillis = millis;
    }

    private final class Input extends InputStream {

        /** What was read to learn whether there is something to read. */
        private final ByteBuffer here = ByteBuffer.allocate(BUFFER).limit(0);

        private boolean ended;

        @Override
        public int available() throws IOException {
            if (!here.hasRemaining() && !ended) {
                here.clear();
                ended = channel.read(here) < 0;
                here.flip();
            }
            return here.remaining();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (here.hasRemaining()) {
                int count = Math.min(length, here.remaining());
                here.get(bytes, offset, count);
                return count;
            }
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(readTimeoutMillis);
            while (!ended && length > 0) {
                int count = channel.read(ByteBuffer.wrap(bytes, offset, length));
                ended = count < 0;
                if (count > 0) {
                    return count;
                }
                if (count == 0) {
                    await(SelectionKey.OP_READ, readTimeoutMillis == 0 ? 0 : left(deadline));
                }
            }
            return ended ? -1 : 0;
        }

        private static long left(long deadline) throws SocketTimeoutException {
            long nanos = deadline - System.nanoTime();
            if (nanos <= 0) {
                throw new SocketTimeoutException("Read timed out");
            }
            return TimeUnit.NANOSECONDS.toMillis(nanos) + 1; // none would be without end
        }
    }

    private final class Output extends OutputStream {

        @Override
        public void write(int next) throws IOException {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
            while (left.hasRemaining()) {
                if (channel.write(left) == 0) {
                    await(SelectionKey.OP_WRITE, 0); // bounded by whoever closes a socket that is stuck
                }
            }
        }
    }

    private void await(int operation, long millis) throws IOException {
        try {
            Selector selector = selector(operation);
            selector.select(millis);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new SocketException("Socket closed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted"); // a selector would wait no more
        }
    }

    private synchronized Selector selector(int operation) throws IOException {
        boolean reads = operation == SelectionKey.OP_READ;
        Selector known = reads ? readable : writable;
        if (known != null) {
            return known;
        }
        Selector selector = Selector.open();
        try {
            channel.register(selector, operation);
        } catch (ClosedChannelException e) {
            selector.close();
            throw e;
        }
        if (reads) {
            readable = selector;
        } else {
            writable = selector;
        }
        return selector;
    }

    void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    synchronized void close() throws IOException {
        channel.close();
        for (Selector selector : new Selector[] {readable, writable}) {
            if (selector != null) {
                selector.close(); // only then the file is closed, and whoever waits is woken
            }
        }
    }
}
