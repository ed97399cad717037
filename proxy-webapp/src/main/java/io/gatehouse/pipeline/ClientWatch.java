package io.gatehouse.pipeline;

import io.gatehouse.proxy.Cancellation;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/** Cancels the upstream call when the container says that the client is gone, as some do for a stream that was reset. */
final class ClientWatch implements AsyncListener {

    private final Cancellation cancellation;

    ClientWatch(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    @Override
    public void onError(AsyncEvent event) {
        cancellation.cancel("the client left");
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
