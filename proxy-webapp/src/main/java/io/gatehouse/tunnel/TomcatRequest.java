package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request on Tomcat, which can be told more about it than the Servlet API has words for. */
final class TomcatRequest {

    private static final Logger LOG = LoggerFactory.getLogger(TomcatRequest.class);

    /** What goes with an action; may be null. */
    interface Parameter {
        Object from(ClassLoader tomcat) throws ReflectiveOperationException;
    }

    private final Object facade;

    private TomcatRequest(Object facade) {
        this.facade = facade;
    }

    /** @return nothing on any other container */
    static Optional<TomcatRequest> of(HttpServletRequest request) {
        Object facade = Reflection.unwrap(request);
        return facade.getClass().getName().equals("org.apache.catalina.connector.RequestFacade")
                ? Optional.of(new TomcatRequest(facade))
                : Optional.empty();
    }

    /**
     * @param action of Tomcat's {@code ActionCode}; those that are used are the same in 10.1 and 11
     * @return false when this Tomcat does not let itself be told
     */
    boolean act(String action) {
        return act(action, tomcat -> null);
    }

    boolean act(String action, Parameter parameter) {
        try {
            Object coyote = coyote();
            ClassLoader tomcat = facade.getClass().getClassLoader();
            Class<?> actionCode = Class.forName("org.apache.coyote.ActionCode", true, tomcat);
            Object code = actionCode.getField(action).get(null);
            coyote.getClass()
                    .getMethod("action", actionCode, Object.class)
                    .invoke(coyote, code, parameter.from(tomcat));
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat does not take {}", action, e);
            return false;
        }
    }

    /** Tomcat's own object for the request, below the Servlet API. */
    Object coyote() throws ReflectiveOperationException {
        Object inner = Reflection.field(facade, "request");
        return inner.getClass().getMethod("getCoyoteRequest").invoke(inner);
    }
}
