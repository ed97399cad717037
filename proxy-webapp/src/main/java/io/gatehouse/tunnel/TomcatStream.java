package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of HTTP/2 that a request came on, on Tomcat: it tells the application neither always nor soon that the client
 * has reset it.
 */
public final class TomcatStream {

    private static final Logger LOG = LoggerFactory.getLogger(TomcatStream.class);

    private final Object processor;
    private final Object stream;
    private final Method isActive;

    private TomcatStream(Object processor, Object stream) throws ReflectiveOperationException {
        this.processor = processor;
        this.stream = stream;
        this.isActive = stream.getClass().getDeclaredMethod("isActive");
        isActive.setAccessible(true);
    }

    /** @return nothing on any other container, for any other protocol, or a Tomcat whose inside is not as expected */
    public static Optional<TomcatStream> of(HttpServletRequest request) {
        if (request.getProtocol().startsWith("HTTP/1")) {
            return Optional.empty();
        }
        return TomcatRequest.of(request).flatMap(TomcatStream::of);
    }

    private static Optional<TomcatStream> of(TomcatRequest request) {
        try {
            Object processor = Reflection.field(request.coyote(), "hook");
            return Optional.of(new TomcatStream(processor, Reflection.field(processor, "stream")));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat does not tell of its streams", e);
            return Optional.empty();
        }
    }

    /** Whether either side has reset the stream of a request that is not answered yet. */
    public static boolean isReset(HttpServletRequest request) {
        return of(request).filter(TomcatStream::isReset).isPresent();
    }

    /** Whether either side has reset it; true also when it was answered to its end. */
    public boolean isReset() {
        try {
            return !(boolean) isActive.invoke(stream);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat does not tell of its streams", e);
            return false;
        }
    }

    /**
     * Has Tomcat let go of it: where it has forgotten a stream before it told the application of the end, it would keep all
     * that belongs to the request for ever, among those that an asynchronous answer is awaited for.
     */
    public void forget() {
        try {
            Object protocol = Reflection.field(Reflection.field(processor, "handler"), "protocol");
            Object http = protocol.getClass().getMethod("getHttp11Protocol").invoke(protocol);
            Class<?> type = Class.forName(
                    "org.apache.coyote.Processor", false, processor.getClass().getClassLoader());
            http.getClass().getMethod("removeWaitingProcessor", type).invoke(http, processor);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat keeps what it has forgotten to end", e);
        }
    }
}
