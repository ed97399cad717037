package io.gatehouse.containers;

import java.io.IOException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends a request that has a certain header as soon as the application's code has handed it over. So does Jetty when a stream
 * fails while a thread is about to begin with it.
 */
public final class JettyEarlyEnd extends Handler.Wrapper {

    public static final String HEADER = "Ends-Early";

    JettyEarlyEnd(Handler application) {
        super(application);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        boolean handled = super.handle(request, response, callback);
        if (request.getHeaders().contains(HEADER)) {
            callback.failed(new IOException("its stream has failed"));
        }
        return handled;
    }
}
