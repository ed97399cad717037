package io.gatehouse.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.StoreUnavailableException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PluginCallTest {

    private static final URLClassLoader LOADER = new URLClassLoader(new URL[0], null);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final PluginCall DIRECT = PluginCall.direct("staff", LOADER);
    private static final PluginCall BOUNDED = PluginCall.bounded("staff", LOADER, LONG);

    static Stream<PluginCall> both() {
        return Stream.of(DIRECT, BOUNDED);
    }

    @AfterAll
    static void close() {
        BOUNDED.close();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("both")
    void givesTheAnswer(PluginCall calls) {
        assertThat(calls.call(() -> "answer", failed -> failed)).isEqualTo("answer");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("both")
    void callsWithThePluginsLoaderInTheThread(PluginCall calls) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader[] seen = new ClassLoader[2];
        calls.call(() -> seen[0] = Thread.currentThread().getContextClassLoader(), failed -> null);
        calls.call(
                () -> {
                    seen[1] = Thread.currentThread().getContextClassLoader();
                    throw new IllegalStateException();
                },
                failed -> "");
        assertThat(seen).containsOnly(LOADER);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("both")
    void passesOnWhyAStoreDoesNotAnswer(PluginCall calls) {
        Callable<String> down = () -> {
            throw new StoreUnavailableException("the database is down");
        };
        assertThat(calls.call(down, failed -> failed)).isEqualTo("staff: the database is down");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("both")
    void turnsWhateverIsThrownIntoARefusal(PluginCall calls) {
        assertThat(calls.<String>call(() -> null, failed -> failed)).isEqualTo("staff returned null");
        for (Throwable thrown : List.of(
                new IllegalStateException("hunter2"),
                new Exception("hunter2"),
                new NoClassDefFoundError("hunter2"),
                new StackOverflowError(),
                new ServiceConfigurationError("hunter2"),
                new OutOfMemoryError("hunter2"),
                new AssertionError("hunter2"))) {
            assertThat(calls.call(throwing(thrown), failed -> failed))
                    .isEqualTo("staff failed with " + thrown.getClass().getName());
        }
    }

    private static Callable<String> throwing(Throwable thrown) {
        return () -> {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        };
    }

    @Test
    void abandonsOneThatHangs() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (PluginCall calls = PluginCall.bounded("staff", LOADER, Duration.ofMillis(500))) {
            String answer = calls.call(
                    () -> {
                        begun.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                        return "late";
                    },
                    failed -> failed);
            assertThat(answer).isEqualTo("staff did not answer within 500 ms");
            begun.await(); // one that is cancelled before its thread runs it never begins, and is not interrupted
            interrupted.await();
        } finally {
            release.countDown();
        }
    }

    @Test
    void refusesBeyondItsBulkhead() throws Exception {
        CountDownLatch begun = new CountDownLatch(PluginCall.MAX_BLOCKING_CALLS);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService callers = Executors.newFixedThreadPool(PluginCall.MAX_BLOCKING_CALLS);
        try (PluginCall calls = PluginCall.bounded("staff", LOADER, LONG)) {
            List<Future<String>> under = new ArrayList<>();
            for (int i = 0; i < PluginCall.MAX_BLOCKING_CALLS; i++) {
                under.add(callers.submit(() -> calls.call(
                        () -> {
                            begun.countDown();
                            release.await();
                            return "answer";
                        },
                        failed -> failed)));
            }
            begun.await();
            assertThat(calls.call(() -> "no room", failed -> failed)).isEqualTo("staff has 64 calls under way");
            release.countDown();
            for (Future<String> call : under) {
                assertThat(call.get()).isEqualTo("answer");
            }
        } finally {
            release.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void keepsTheInterruptOfTheCaller() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<String> answer = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        try (PluginCall calls = PluginCall.bounded("staff", LOADER, LONG)) {
            Thread caller = new Thread(() -> {
                answer.set(calls.call(
                        () -> {
                            begun.countDown();
                            never.await();
                            return "";
                        },
                        failed -> failed));
                interrupted.set(Thread.currentThread().isInterrupted());
            });
            caller.start();
            begun.await();
            caller.interrupt();
            caller.join();
        }
        assertThat(answer.get()).isEqualTo("staff was interrupted");
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void keepsItsThreadsWithAnotherBudget() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (PluginCall calls = PluginCall.bounded("staff", LOADER, LONG)) {
            String answer = calls.within(Duration.ofMillis(100))
                    .call(
                            () -> {
                                begun.countDown();
                                never.await();
                                return "";
                            },
                            failed -> failed);
            assertThat(answer).isEqualTo("staff did not answer within 100 ms");
            begun.await();
            calls.close();
            assertThat(calls.within(LONG).call(() -> "answer", failed -> failed))
                    .isEqualTo("staff is closed");
        }
    }

    @Test
    void refusesWhenItIsClosed() {
        PluginCall calls = PluginCall.bounded("staff", LOADER, LONG);
        calls.close();
        assertThat(calls.call(() -> "answer", failed -> failed)).isEqualTo("staff is closed");
    }
}
