package io.gatehouse.tunnel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that move bytes. A tunnel takes one all the time, and a second one while bytes of the client are on their
 * way; no thread of the container ever waits for a peer.
 */
final class TunnelThreads {
    private static final int STACK_BYTES = 256 * 1024;

    private TunnelThreads() {}

    /** From Java 24 on a monitor no longer pins the thread that carries a virtual one (JEP 491). */
    static boolean virtualThreadsAreGood() {
        return Runtime.version().feature() >= 24;
    }

    /** Never refuses a task as long as there are no more than {@code tunnels} tunnels. */
    static ExecutorService create(int tunnels) {
        return virtualThreadsAreGood() ? virtual() : platform(tunnels);
    }

    private static ExecutorService platform(int tunnels) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            String name = "gatehouse-tunnel-" + number.incrementAndGet();
            Thread thread = new Thread(null, task, name, STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
        int greatest = (int) Math.min(Integer.MAX_VALUE, 2L * tunnels);
        return new ThreadPoolExecutor(0, greatest, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    /** By reflection, as the classes are those of Java 17. */
    private static ExecutorService virtual() {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = builderType.getMethod("name", String.class, long.class).invoke(builder, "gatehouse-tunnel-", 1L);
            Object factory = builderType.getMethod("factory").invoke(builder);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java has virtual threads, but not as expected", e);
        }
    }
}
