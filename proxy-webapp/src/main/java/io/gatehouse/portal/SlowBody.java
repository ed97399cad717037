package io.gatehouse.portal;

import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.tunnel.ExpectedBody;
import io.gatehouse.tunnel.JettyRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One body that is awaited without a thread, but not for ever: the container calls when a piece of it is there. */
final class SlowBody implements ReadListener, AsyncListener {

    private static final Logger LOG = LoggerFactory.getLogger(SlowBody.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PIECE = 4 * 1024;

    /** What came of the waiting: a body, or why there is none. */
    record Outcome(String body, Optional<RefusedException> refusal) {

        static Outcome refused(RefusedException refusal) {
            return new Outcome("", Optional.of(refusal));
        }

        /** @throws RefusedException when there is none */
        String get() {
            refusal.ifPresent(refused -> {
                throw refused;
            });
            return body;
        }
    }

    /** What is done with it. */
    interface Reader {
        void read(Outcome outcome) throws IOException;
    }

    private final AsyncContext async;
    private final ServletInputStream input;
    private final Runnable place;
    private final Reader reader;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean over;

    private SlowBody(AsyncContext async, ServletInputStream input, Runnable place, Reader reader) {
        this.async = async;
        this.input = input;
        this.place = place;
        this.reader = reader;
    }

    /**
     * Begins to wait.
     *
     * @param place is given back when the waiting is over
     * @param reader is called once, and then the request is complete
     */
    static void begin(HttpServletRequest request, Runnable place, Reader reader) throws IOException {
        ExpectedBody.ask(request);
        ServletInputStream input = request.getInputStream();
        AsyncContext async = request.startAsync();
        async.setTimeout(PATIENCE.toMillis()); // from now on, whatever comes meanwhile
        SlowBody body = new SlowBody(async, input, place, reader);
        async.addListener(body);
        JettyRequest.of(request).ifPresent(jetty -> jetty.onCompletion(body::onCompletion));
        input.setReadListener(body);
    }

    @Override
    public void onDataAvailable() throws IOException {
        byte[] piece = new byte[PIECE];
        while (!input.isFinished() && input.isReady()) {
            int count = input.read(piece);
            bytes.write(piece, 0, Math.max(0, count));
            if (bytes.size() > BodyText.MAX_LENGTH) {
                end(Outcome.refused(BodyText.tooLong()));
                return;
            }
        }
        if (input.isFinished()) {
            end(new Outcome(bytes.toString(StandardCharsets.UTF_8), Optional.empty()));
        }
    }

    /** Tomcat may say so before all was read. */
    @Override
    public void onAllDataRead() throws IOException {
        onDataAvailable();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        String late = "the body took longer than " + PATIENCE.toSeconds() + " seconds";
        end(Outcome.refused(new RefusedException(408, "invalid", late, late)));
    }

    @Override
    public void onError(Throwable cause) {
        end(brokenOff());
    }

    private static Outcome brokenOff() {
        return Outcome.refused(new RefusedException(400, "invalid", "the body broke off", "the body broke off"));
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    /** The container has ended the request without a word: it takes a record, and gives the place back. */
    private void onCompletion() {
        if (comesFirst()) {
            answer(brokenOff());
        }
    }

    private void end(Outcome outcome) {
        if (comesFirst()) {
            try {
                answer(outcome);
            } finally {
                complete();
            }
        }
    }

    private synchronized boolean comesFirst() {
        boolean first = !over;
        over = true;
        return first;
    }

    private void answer(Outcome outcome) {
        place.run();
        try {
            reader.read(outcome);
            async.getResponse().flushBuffer(); // Tomcat may lose at complete() what it has not sent
        } catch (IOException e) {
            LOG.debug("The client left before it was answered", e);
        }
    }

    private void complete() {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The container has ended the request itself", e);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
