package io.gatehouse.tunnel;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's end point on Jetty, and the {@code Connection} that Jetty calls for it. */
final class JettyEndPoint implements ClientChannel, InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(JettyEndPoint.class);

    /** What is used of {@code org.eclipse.jetty.io} and {@code util}; the same in 12.0 and 12.1. */
    static final class Methods {
        final Class<?> connectionType;
        final Class<?> upgradeToType;
        private final Class<?> callbackType;
        private final Class<?> listenerType;
        private final Object nonBlocking;
        private final Method fill;
        private final Method fillInterested;
        private final Method write;
        private final Method shutdownOutput;
        private final Method close;
        private final Method onOpened;
        private final Method onClosed;

        Methods(ClassLoader loader) throws ReflectiveOperationException {
            connectionType = Class.forName("org.eclipse.jetty.io.Connection", false, loader);
            upgradeToType = Class.forName("org.eclipse.jetty.io.Connection$UpgradeTo", false, loader);
            listenerType = Class.forName("org.eclipse.jetty.io.Connection$Listener", false, loader);
            callbackType = Class.forName("org.eclipse.jetty.util.Callback", false, loader);
            nonBlocking = Class.forName("org.eclipse.jetty.util.thread.Invocable$InvocationType", true, loader)
                    .getField("NON_BLOCKING")
                    .get(null);
            Class<?> endPoint = Class.forName("org.eclipse.jetty.io.EndPoint", false, loader);
            fill = endPoint.getMethod("fill", ByteBuffer.class);
            fillInterested = endPoint.getMethod("fillInterested", callbackType);
            write = endPoint.getMethod("write", callbackType, ByteBuffer[].class);
            shutdownOutput = endPoint.getMethod("shutdownOutput");
            close = endPoint.getMethod("close");
            onOpened = listenerType.getMethod("onOpened", connectionType);
            onClosed = listenerType.getMethod("onClosed", connectionType);
        }
    }

    private final Tunnel tunnel;
    private final Methods methods;
    private final Object endPoint;
    private final long created = System.currentTimeMillis();
    private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
    /** What the client sent together with the head of its request. */
    private final AtomicReference<ByteBuffer> early = new AtomicReference<>(ByteBuffer.allocate(0));

    private final AtomicReference<CompletableFuture<Void>> writing = new AtomicReference<>(new CompletableFuture<>());
    private volatile boolean closed;
    private volatile Object proxy;

    JettyEndPoint(Tunnel tunnel, Methods methods, Object endPoint) {
        this.tunnel = tunnel;
        this.methods = methods;
        this.endPoint = endPoint;
    }

    void knownAs(Object connection) {
        proxy = connection;
    }

    /** Jetty calls its connection; all of it is quick. */
    @Override
    public Object invoke(Object connection, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "onUpgradeTo":
                ByteBuffer given = (ByteBuffer) arguments[0];
                early.set(ByteBuffer.allocate(given.remaining()).put(given).flip());
                return null;
            case "onOpen":
                tell(methods.onOpened);
                tunnel.start(this);
                return null;
            case "onClose":
                wakeWriter();
                tell(methods.onClosed);
                tunnel.onContainerClosed();
                return null;
            case "addEventListener":
                listeners.add((EventListener) arguments[0]);
                return null;
            case "removeEventListener":
                listeners.remove(arguments[0]);
                return null;
            case "getEndPoint":
                return endPoint;
            case "close":
                close();
                return null;
            case "getBytesIn":
                return tunnel.bytesIn();
            case "getBytesOut":
                return tunnel.bytesOut();
            case "getCreatedTimeStamp":
                return created;
            case "equals":
                return connection == arguments[0];
            case "hashCode":
                return System.identityHashCode(connection);
            case "toString":
                return "Gatehouse tunnel";
            default:
                // onIdleExpired among them: false keeps the connection open.
                return Reflection.nothing(method.getReturnType());
        }
    }

    private void tell(Method event) {
        for (EventListener listener : listeners) {
            if (methods.listenerType.isInstance(listener)) {
                try {
                    event.invoke(listener, proxy);
                } catch (InvocationTargetException | IllegalAccessException e) {
                    LOG.debug("A listener of Jetty failed", e);
                }
            }
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        ByteBuffer first = early.get();
        if (first.hasRemaining()) {
            int count = Math.min(buffer.length, first.remaining());
            first.get(buffer, 0, count);
            return count;
        }
        ByteBuffer target = ByteBuffer.wrap(buffer).limit(0);
        return (Integer) Reflection.call(methods.fill, endPoint, target);
    }

    @Override
    public void awaitReadable() throws IOException {
        Object callback = callback((proxyOfCallback, method, arguments) -> {
            String name = method.getName();
            if (name.equals("succeeded") || name.equals("failed")) {
                tunnel.onReadable();
            }
            return answer(proxyOfCallback, method, arguments);
        });
        Reflection.call(methods.fillInterested, endPoint, callback);
    }

    @Override
    public void write(byte[] buffer, int length) throws IOException {
        CompletableFuture<Void> written = new CompletableFuture<>();
        Object callback = callback((proxyOfCallback, method, arguments) -> {
            if (method.getName().equals("succeeded")) {
                written.complete(null);
            } else if (method.getName().equals("failed")) {
                written.completeExceptionally((Throwable) arguments[0]);
            }
            return answer(proxyOfCallback, method, arguments);
        });
        writing.set(written);
        if (closed) {
            throw new ClosedChannelException();
        }
        // Jetty may hold the buffer still when closing wakes us up: a writer that failed never uses it again.
        ByteBuffer[] bytes = {ByteBuffer.wrap(buffer, 0, length)};
        Reflection.call(methods.write, endPoint, callback, bytes);
        try {
            written.get();
        } catch (ExecutionException e) {
            throw new IOException("Writing to the client failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while writing to the client", e);
        }
    }

    private Object callback(InvocationHandler handler) {
        return Proxy.newProxyInstance(
                methods.callbackType.getClassLoader(), new Class<?>[] {methods.callbackType}, handler);
    }

    private Object answer(Object proxyOfCallback, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "getInvocationType" -> methods.nonBlocking;
            case "equals" -> proxyOfCallback == arguments[0];
            case "hashCode" -> System.identityHashCode(proxyOfCallback);
            case "toString" -> "Gatehouse tunnel";
            default -> Reflection.nothing(method.getReturnType());
        };
    }

    @Override
    public boolean shutdownOutput() throws IOException {
        Reflection.call(methods.shutdownOutput, endPoint);
        return true;
    }

    private void wakeWriter() {
        closed = true;
        writing.get().completeExceptionally(new ClosedChannelException());
    }

    @Override
    public void close() {
        wakeWriter();
        try {
            Reflection.call(methods.close, endPoint);
        } catch (IOException e) {
            LOG.debug("Closing the end point failed", e);
        }
    }
}
