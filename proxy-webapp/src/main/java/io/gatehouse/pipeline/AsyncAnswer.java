package io.gatehouse.pipeline;

import io.gatehouse.proxy.Cancellation;
import io.gatehouse.tunnel.BrokenAnswer;
import io.gatehouse.tunnel.JettyRequest;
import io.gatehouse.tunnel.TomcatStream;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that a thread of ours gives after the container's has returned. A container that notices that the client has
 * left ends the request by itself and uses its objects for the next one, so it has to wait until our thread has let go of
 * them: what that thread did to them afterwards, it would do to somebody else's request.
 */
public final class AsyncAnswer implements AsyncListener {

    /** The attribute of a request that was answered so: who comes with it again has to cut the connection. */
    public static final String BEGUN = "io.gatehouse.begun";

    private static final Logger LOG = LoggerFactory.getLogger(AsyncAnswer.class);

    /**
     * Our thread's I/O with the client fails at once, and that with the upstream is cut before the container waits. A thread
     * that has no upstream yet, and waits for one, does not touch the request; the container's thread is not worth that.
     */
    private static final int PATIENCE_SECONDS = 2;

    private final String id;
    private final HttpServletRequest request;
    private final AsyncContext async;
    private final Cancellation cancellation;
    private final Optional<TomcatStream> stream;
    private final CountDownLatch letGo = new CountDownLatch(1);

    /** Guarded by this. Which of the two ends the request is whoever comes first. */
    private boolean ended;

    /** Whether the client has left without a word from the container. */
    private volatile boolean abandoned;

    AsyncAnswer(String id, HttpServletRequest request, AsyncContext async, Cancellation cancellation) {
        this.id = id;
        this.request = request;
        this.async = async;
        this.cancellation = cancellation;
        this.stream = TomcatStream.of(request);
    }

    /**
     * Takes a request over from the container's thread.
     *
     * @param cancellation is told when the container notices that the client has left
     * @return to be ended once, by the thread that answers, when it will not touch the request any more
     */
    static AsyncAnswer begin(Passage passage, Cancellation cancellation) {
        passage.request().setAttribute(BEGUN, true);
        AsyncContext async = passage.request().startAsync(passage.request(), passage.response());
        async.setTimeout(0);
        AsyncAnswer answer = new AsyncAnswer(passage.record().id(), passage.request(), async, cancellation);
        async.addListener(answer);
        JettyRequest.of(passage.request()).ifPresent(jetty -> {
            jetty.onFailure(cancellation::clientLeft);
            jetty.onCompletion(answer::onCompletion);
        });
        return answer;
    }

    /** The answer is whole. */
    void complete() {
        end(async::complete);
    }

    /** The answer is not whole. Only a dispatch that throws keeps the containers from writing the end of its body. */
    void cut() {
        end(async::dispatch);
    }

    /**
     * Looks whether the client is still there; about once a second. Tomcat says nothing where it has forgotten the stream
     * before it could: when something came behind the client's reset.
     */
    void lookForClient() {
        if (stream.filter(TomcatStream::isReset).isPresent() && !isEnded()) {
            abandoned = true;
            cancellation.clientLeft();
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized void end(Runnable ending) {
        try {
            if (!ended) {
                ended = true;
                ending.run();
            }
        } catch (RuntimeException | Error e) { // a container that has let go of the request says so in many ways
            LOG.debug("The container ended request {} before we did", id);
        } finally {
            letGo.countDown();
        }
        if (abandoned) {
            stream.ifPresent(TomcatStream::forget);
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        awaitLettingGo();
        BrokenAnswer.abandon(request);
    }

    /** The container is about to use the request's objects again, whoever ended the request. */
    private void onCompletion() {
        if (!isEnded()) {
            awaitLettingGo();
        }
    }

    private void awaitLettingGo() {
        cancellation.clientLeft();
        synchronized (this) {
            ended = true; // by the container, as soon as this returns
        }
        try {
            if (!letGo.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Request {} goes on, though its client left {} s ago", id, PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
