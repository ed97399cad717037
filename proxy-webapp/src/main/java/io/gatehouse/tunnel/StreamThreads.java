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
public final class StreamThreads {
    private static final int STACK_BYTES = 256 * 1024;

    private StreamThreads() {}

    /** From Java 24 on a monitor no longer pins the thread that carries a virtual one (JEP 491). */
    public static boolean virtualThreadsAreGood() {
        return Runtime.version().feature() >= 24;
    }

    /** Never refuses a task as long as there are no more than {@code tunnels} tunnels. */
    static ExecutorService forTunnels(int tunnels) {
        return create("gatehouse-tunnel-", (int) Math.min(Integer.MAX_VALUE, 2L * tunnels));
    }

    /**
     * Threads for what lasts: virtual ones where these are good, else at the most so many platform threads, beyond which
     * a task is rejected.
     *
     * @param name how the threads' names begin
     */
    public static ExecutorService create(String name, int greatest) {
        return virtualThreadsAreGood() ? virtual(name) : platform(name, greatest);
    }

    private static ExecutorService platform(String prefix, int greatest) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(null, task, prefix + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(0, greatest, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    /** By reflection, as the classes are those of Java 17. */
    private static ExecutorService virtual(String prefix) {
        try {
            Class<?> builderType = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = builderType.getMethod("name", String.class, long.class).invoke(builder, prefix, 1L);
            Object factory = builderType.getMethod("factory").invoke(builder);
            return (ExecutorService) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Java has virtual threads, but not as expected", e);
        }
    }
}
