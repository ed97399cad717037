package io.gatehouse.reload;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Makes or closes a plugin's product on a thread of its own, so that one that hangs does not hold the reload for ever. */
final class PluginTask {

    private PluginTask() {}

    /**
     * Runs a task with the plugin's loader in its thread.
     *
     * @param late gets the answer of a task that was given up and then ended after all
     * @throws TimeoutException when it has not ended in time; its thread is interrupted and left
     * @throws ExecutionException around whatever it throws
     */
    static <T> T within(Duration patience, String name, ClassLoader loader, Callable<T> task, Consumer<T> late)
            throws TimeoutException, ExecutionException {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(task, future, late), "gatehouse-plugin-" + name);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.start();
        try {
            return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (future.completeExceptionally(e)) {
                thread.interrupt();
                throw e;
            }
            return lastMoment(future);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            future.completeExceptionally(e);
            throw new ExecutionException(e);
        }
    }

    private static <T> T lastMoment(CompletableFuture<T> ended) throws ExecutionException {
        try {
            return ended.join();
        } catch (CompletionException e) {
            throw new ExecutionException(e.getCause());
        }
    }

    private static <T> void run(Callable<T> task, CompletableFuture<T> future, Consumer<T> late) {
        try {
            T answer = task.call();
            if (!future.complete(answer)) {
                late.accept(answer);
            }
        } catch (Throwable e) { // it is the caller's to judge
            future.completeExceptionally(e);
        }
    }
}
