package io.gatehouse.target;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;

/** A unix socket for those who know sockets of TCP only: whatever address it is connected to, it is the file. */
public final class UnixSocket extends Socket {

    /** The address that is good as any. */
    public static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);

    public UnixSocket(Path file) throws SocketException {
        super(new UnixSocketImpl(file));
    }

    /** Connects at once or not at all: there is no network on the way. */
    public void connect() throws IOException {
        connect(ANY);
    }
}
