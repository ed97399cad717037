package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.Cancellation;
import io.gatehouse.request.FakeRequest;
import jakarta.servlet.AsyncContext;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class AsyncAnswerTest {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private final AsyncAnswer answer = new AsyncAnswer("1", new FakeRequest().request(), container(), cancellation);

    /** Writes down what is done to it. */
    private AsyncContext container() {
        return (AsyncContext) Proxy.newProxyInstance(
                AsyncContext.class.getClassLoader(),
                new Class<?>[] {AsyncContext.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    return null;
                });
    }

    private Thread containerSeesTheClientLeave() {
        Thread container = new Thread(() -> answer.onError(null));
        container.start();
        while (container.getState() != Thread.State.TIMED_WAITING && container.isAlive()) {
            LockSupport.parkNanos(1_000_000);
        }
        return container;
    }

    @Test
    void endsOnceAsItWent() {
        answer.complete();
        answer.cut();
        assertThat(calls).containsExactly("complete");
        assertThat(cancellation.hasClientLeft()).isFalse();
    }

    @Test
    void theContainerWaitsUntilTheRequestIsLetGo() throws InterruptedException {
        Thread container = containerSeesTheClientLeave();
        assertThat(container.isAlive()).isTrue();
        assertThat(cancellation.hasClientLeft()).isTrue();
        answer.cut();
        container.join();
        assertThat(calls).isEmpty();
    }

    @Test
    void theContainerDoesNotWaitForAnAnswerThatHasEnded() throws InterruptedException {
        answer.cut();
        Thread container = containerSeesTheClientLeave();
        container.join();
        assertThat(calls).containsExactly("dispatch");
    }
}
