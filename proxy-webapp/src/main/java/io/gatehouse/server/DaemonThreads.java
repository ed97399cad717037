package io.gatehouse.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/** Threads of the host's own chores; none of them keeps a JVM alive. */
final class DaemonThreads {

    private DaemonThreads() {}

    /** One thread for what is done again and again. */
    static ScheduledExecutorService scheduled(String name) {
        return Executors.newSingleThreadScheduledExecutor(named(name));
    }

    /** So many threads for whatever comes; who gives them work bounds how much of it waits. */
    static ExecutorService some(String name, int threads) {
        return Executors.newFixedThreadPool(threads, named(name));
    }

    /** One thread for time-outs, most of which are taken back. */
    static ScheduledExecutorService deadlines(String name) {
        ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(1, named(name));
        deadlines.setRemoveOnCancelPolicy(true);
        return deadlines;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
