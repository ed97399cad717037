package io.gatehouse.plugin;

import io.gatehouse.spi.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way into a plugin's product on the road of a request: with the plugin's class loader in the thread, whatever it
 * throws turned into an answer that fails closed, and, for one that may block, on a thread of its own within a time
 * budget. A hung product keeps its threads and is abandoned; nobody waits for it beyond the budget.
 */
public final class PluginCall implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginCall.class);

    /** Calls of one product that may be under way at once when it may block. */
    static final int MAX_BLOCKING_CALLS = 64;

    private final String product;
    private final ClassLoader loader;
    private final Duration budget;
    private final ThreadPoolExecutor bulkhead;

    private PluginCall(String product, ClassLoader loader, Duration budget, ThreadPoolExecutor bulkhead) {
        this.product = product;
        this.loader = loader;
        this.budget = budget;
        this.bulkhead = bulkhead;
    }

    /** Calls on the request's own thread. */
    public static PluginCall direct(String product, ClassLoader loader) {
        return new PluginCall(product, loader, Duration.ZERO, null);
    }

    /** Calls on threads of the product's own, each within a budget. */
    public static PluginCall bounded(String product, ClassLoader loader, Duration budget) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0, MAX_BLOCKING_CALLS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "gatehouse-plugin-" + product);
                    thread.setDaemon(true);
                    return thread;
                });
        return new PluginCall(product, loader, budget, threads);
    }

    /** Calls the same product on the same threads with another budget; the same as this for one that may not block. */
    public PluginCall within(Duration otherBudget) {
        return new PluginCall(product, loader, otherBudget, bulkhead);
    }

    /** Calls the same product on the caller's own thread: for what is a constant, which no full place may change. */
    public PluginCall here() {
        return direct(product, loader);
    }

    /**
     * Calls a product.
     *
     * @param call the call; its answer must not be null
     * @param failed makes the answer that fails closed from a reason
     */
    public <T> T call(Callable<T> call, Function<String, T> failed) {
        return bulkhead == null ? guarded(call, failed) : bounded(call, failed);
    }

    private <T> T guarded(Callable<T> call, Function<String, T> failed) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            T answer = call.call();
            return answer == null ? fail("returned null", null, failed) : answer;
        } catch (StoreUnavailableException e) { // whoever asks says so, once, not each request
            LOG.debug("Plugin product {}: {}", product, e.getMessage());
            return failed.apply(product + ": " + e.getMessage());
        } catch (Throwable e) { // a ServiceConfigurationError or an OutOfMemoryError lets nobody in either
            return fail("failed with " + e.getClass().getName(), e, failed);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private <T> T bounded(Callable<T> call, Function<String, T> failed) {
        Future<T> future;
        try {
            future = bulkhead.submit(() -> guarded(call, failed));
        } catch (RejectedExecutionException e) {
            String why = bulkhead.isShutdown() ? "is closed" : "has " + MAX_BLOCKING_CALLS + " calls under way";
            return fail(why, null, failed);
        }
        try {
            return future.get(budget.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return fail("did not answer within " + budget.toMillis() + " ms", null, failed);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return fail("was interrupted", null, failed);
        } catch (ExecutionException e) {
            return fail("failed with " + e.getCause().getClass().getName(), e.getCause(), failed);
        }
    }

    private <T> T fail(String what, Throwable cause, Function<String, T> failed) {
        // The exception's own message may hold a credential: its type and place say enough.
        StackTraceElement[] trace = cause == null ? new StackTraceElement[0] : cause.getStackTrace();
        LOG.error("Plugin product {} {}{}", product, what, trace.length == 0 ? "" : " at " + trace[0]);
        return failed.apply(product + " " + what);
    }

    @Override
    public void close() {
        if (bulkhead != null) {
            bulkhead.shutdownNow();
        }
    }
}
