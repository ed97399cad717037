package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request on Jetty 12, which tells more about its end than the Servlet API has words for. Reached by reflection, as a web
 * application sees none of Jetty's classes.
 */
public final class JettyRequest {

    private static final Logger LOG = LoggerFactory.getLogger(JettyRequest.class);

    private final Object core;
    private final Class<?> type;

    private JettyRequest(Object core, Class<?> type) {
        this.core = core;
        this.type = type;
    }

    /** @return nothing on any other container, or a Jetty whose inside is not as expected */
    public static Optional<JettyRequest> of(HttpServletRequest request) {
        Object inner = Reflection.unwrap(request);
        if (!inner.getClass().getName().startsWith("org.eclipse.jetty.")) {
            return Optional.empty();
        }
        try {
            Object core = inner.getClass().getMethod("getRequest").invoke(inner);
            return Optional.of(new JettyRequest(core, type(core, "org.eclipse.jetty.server.Request")));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("The inside of this Jetty is not as expected", e);
            return Optional.empty();
        }
    }

    /** Jetty's own object for the request, for which it has none of the Servlet API's. */
    Object core() {
        return core;
    }

    /** What one of the getters of Jetty's {@code Request} returns; may be null. */
    Object get(String getter) throws ReflectiveOperationException {
        return type.getMethod(getter).invoke(core);
    }

    /** A type of Jetty's. */
    Class<?> type(String name) throws ClassNotFoundException {
        return type(core, name);
    }

    private static Class<?> type(Object core, String name) throws ClassNotFoundException {
        return Class.forName(name, false, core.getClass().getClassLoader());
    }

    /**
     * Has it told when the stream or connection of the request fails. Jetty tells its {@code AsyncListener}s only when no
     * thread of its own is in the request any more.
     */
    public void onFailure(Runnable listener) {
        listen(() -> type.getMethod("addFailureListener", Consumer.class).invoke(core, consumer(listener)));
    }

    /**
     * Has it told before the objects of the request are used for another. Jetty tells no {@code AsyncListener} of the end
     * of a stream that failed at the very moment in which its thread began with the request.
     */
    public void onCompletion(Runnable listener) {
        listen(() ->
                type.getMethod("addCompletionListener", type, Consumer.class).invoke(null, core, consumer(listener)));
    }

    private static Consumer<Throwable> consumer(Runnable listener) {
        return failure -> listener.run();
    }

    private interface Call {
        void make() throws ReflectiveOperationException;
    }

    private static void listen(Call call) {
        try {
            call.make();
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Jetty does not say how a request ends", e);
        }
    }
}
