package io.gatehouse.target;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.nio.file.Path;

/** A socket over a channel, which is all that Java has for unix sockets. */
final class UnixSocketImpl extends SocketImpl {

    private final Path file;
    private UnixChannel channel;

    UnixSocketImpl(Path file) {
        this.file = file;
    }

    @Override
    protected void create(boolean stream) throws IOException {
        try {
            channel = UnixChannel.open();
        } catch (UnsupportedOperationException e) {
            throw new ConnectException("this system has no unix sockets");
        }
    }

    @Override
    protected void connect(SocketAddress address, int timeout) throws IOException {
        String failure;
        try {
            if (channel.connect(file)) {
                return;
            }
            failure = "not connected at once";
        } catch (IOException e) {
            failure = e.getMessage();
        }
        close();
        throw new ConnectException(file + ": " + failure);
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(UnixSocket.ANY, 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(UnixSocket.ANY, 0);
    }

    @Override
    protected InputStream getInputStream() {
        return channel.input();
    }

    @Override
    protected OutputStream getOutputStream() {
        return channel.output();
    }

    @Override
    protected int available() throws IOException {
        return channel.input().available();
    }

    @Override
    protected void close() throws IOException {
        channel.close();
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** Those of TCP mean nothing here. */
    @Override
    public void setOption(int option, Object value) {
        if (option == SocketOptions.SO_TIMEOUT) {
            channel.readTimeoutMillis((Integer) value);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        if (option != SocketOptions.SO_TIMEOUT) {
            throw new SocketException("a unix socket has no such option");
        }
        return channel.readTimeoutMillis();
    }

    @Override
    protected FileDescriptor getFileDescriptor() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void bind(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void listen(int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void accept(SocketImpl accepted) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void sendUrgentData(int data) {
        throw new UnsupportedOperationException();
    }
}
