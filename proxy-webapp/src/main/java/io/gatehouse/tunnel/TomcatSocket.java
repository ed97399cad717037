package io.gatehouse.tunnel;

import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's socket on Tomcat, and the handler that Tomcat calls for it.
 *
 * <p>Every use of Tomcat's socket is non-blocking and under one lock. It is closed by Tomcat itself, through a dispatch
 * that waits for that lock: Tomcat uses the buffers of a closed socket for the next connection, so that a thread still
 * inside a read or write would reach another client.
 */
final class TomcatSocket implements ClientChannel, InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TomcatSocket.class);

    /** What is used of {@code org.apache.tomcat.util.net}; the same in 10.1 and 11. */
    static final class Methods {
        private final Method read;
        private final Method write;
        private final Method flush;
        private final Method registerRead;
        private final Method registerWrite;
        private final Method process;
        private final Method getSocket;
        private final Class<?> plainChannel;
        private final Method getIoChannel;
        private final Object stop;
        private final Object suspended;
        private final Object closed;

        Methods(ClassLoader loader) throws ReflectiveOperationException {
            Class<?> wrapper = Class.forName("org.apache.tomcat.util.net.SocketWrapperBase", false, loader);
            read = wrapper.getMethod("read", boolean.class, byte[].class, int.class, int.class);
            write = wrapper.getMethod("write", boolean.class, byte[].class, int.class, int.class);
            flush = wrapper.getMethod("flush", boolean.class);
            registerRead = wrapper.getMethod("registerReadInterest");
            registerWrite = wrapper.getMethod("registerWriteInterest");
            Class<?> event = Class.forName("org.apache.tomcat.util.net.SocketEvent", true, loader);
            process = wrapper.getMethod("processSocket", event, boolean.class);
            stop = event.getField("STOP").get(null);
            getSocket = wrapper.getMethod("getSocket");
            plainChannel = Class.forName("org.apache.tomcat.util.net.NioChannel", false, loader);
            getIoChannel = plainChannel.getMethod("getIOChannel");
            Class<?> state =
                    Class.forName("org.apache.tomcat.util.net.AbstractEndpoint$Handler$SocketState", true, loader);
            suspended = state.getField("SUSPENDED").get(null);
            closed = state.getField("CLOSED").get(null);
        }
    }

    private final Tunnel tunnel;
    private final Methods methods;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    /** Tomcat's wrapper of the socket, given before init. The rest is guarded by the lock. */
    private volatile Object socket;

    private boolean flushing;
    private boolean closing;

    TomcatSocket(Tunnel tunnel, Methods methods) {
        this.tunnel = tunnel;
        this.methods = methods;
    }

    /** Tomcat calls its handler; all of it is quick. */
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "setSocketWrapper":
                socket = arguments[0];
                return null;
            case "init":
                tunnel.start(this);
                return null;
            case "hasAsyncIO":
                return true;
            case "upgradeDispatch":
                return dispatch(((Enum<?>) arguments[0]).name());
            case "destroy":
                // Before Tomcat takes the buffers back: nobody is in them after this.
                leaveToTomcat();
                tunnel.onContainerClosed();
                return null;
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return "Gatehouse tunnel";
            default:
                return Reflection.nothing(method.getReturnType());
        }
    }

    /** SUSPENDED: Tomcat does not wait for the next byte by itself, we do when we can take it. */
    private Object dispatch(String event) {
        if (event.equals("OPEN_READ")) {
            tunnel.onReadable();
            return methods.suspended;
        }
        lock.lock();
        try {
            if (event.equals("OPEN_WRITE") && !closing) {
                flush();
                return methods.suspended;
            }
        } catch (IOException e) {
            LOG.debug("Writing to the client failed: {}", e.toString());
        } finally {
            lock.unlock();
        }
        leaveToTomcat();
        return methods.closed;
    }

    /** @return false when that was done already */
    private boolean leaveToTomcat() {
        lock.lock();
        try {
            boolean first = !closing;
            closing = true;
            progress.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void flush() throws IOException {
        flushing = (Boolean) Reflection.call(methods.flush, socket, false);
        if (flushing) {
            Reflection.call(methods.registerWrite, socket);
        } else {
            progress.signalAll();
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        lock.lock();
        try {
            refuseWhenClosing();
            return (Integer) Reflection.call(methods.read, socket, false, buffer, 0, buffer.length);
        } catch (EOFException e) {
            return -1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitReadable() throws IOException {
        lock.lock();
        try {
            refuseWhenClosing();
            Reflection.call(methods.registerRead, socket);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] buffer, int length) throws IOException {
        lock.lock();
        try {
            refuseWhenClosing();
            Reflection.call(methods.write, socket, false, buffer, 0, length);
            flush();
            while (flushing && !closing) {
                progress.awaitUninterruptibly();
            }
            if (flushing) {
                throw new ClosedChannelException();
            }
        } finally {
            lock.unlock();
        }
    }

    private void refuseWhenClosing() throws IOException {
        if (closing) {
            throw new ClosedChannelException();
        }
    }

    /** Only without TLS: Tomcat has no way to send close_notify and to go on reading. */
    @Override
    public boolean shutdownOutput() throws IOException {
        lock.lock();
        try {
            refuseWhenClosing();
            Object channel = Reflection.call(methods.getSocket, socket);
            if (channel.getClass() != methods.plainChannel) {
                return false;
            }
            ((SocketChannel) Reflection.call(methods.getIoChannel, channel)).shutdownOutput();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (!leaveToTomcat()) {
            return;
        }
        try {
            Reflection.call(methods.process, socket, methods.stop, true);
        } catch (IOException e) {
            LOG.debug("The connector is stopping, and closes its sockets itself: {}", e.toString());
        }
    }
}
