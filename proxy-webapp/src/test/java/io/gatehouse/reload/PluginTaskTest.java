package io.gatehouse.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PluginTaskTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private final ClassLoader loader = new ClassLoader(null) {};

    @Test
    void runsWithThePluginsLoader() throws Exception {
        ClassLoader seen = PluginTask.within(
                LONG, "p", loader, () -> Thread.currentThread().getContextClassLoader(), late -> {});
        assertThat(seen).isSameAs(loader);
    }

    @Test
    void handsOnWhateverIsThrown() {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> PluginTask.within(
                        LONG,
                        "p",
                        loader,
                        () -> {
                            throw new LinkageError("no such class");
                        },
                        late -> {}))
                .withCauseInstanceOf(LinkageError.class);
    }

    @Test
    void givesUpAndInterruptsOneThatHangsAndHandsOverWhatItMakesLate() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SynchronousQueue<String> late = new SynchronousQueue<>();
        Thread caller = new Thread(() -> {
            try {
                PluginTask.within(Duration.ofMillis(1), "p", loader, () -> hang(begun, interrupted, goOn), made -> {
                    try {
                        late.put(made);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            } catch (TimeoutException e) {
                goOn.countDown();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        });
        caller.start();
        assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(interrupted.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(late.poll(1, TimeUnit.MINUTES)).isEqualTo("too late");
        caller.join();
    }

    private static String hang(CountDownLatch begun, CountDownLatch interrupted, CountDownLatch goOn)
            throws InterruptedException {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        goOn.await();
        return "too late";
    }
}
