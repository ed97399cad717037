package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells Tomcat's connector what the Servlet API has no words for. Other containers need not be told. */
final class TomcatConnector {

    private static final Logger LOG = LoggerFactory.getLogger(TomcatConnector.class);

    private TomcatConnector() {}

    /** What goes with an action; may be null. */
    interface Parameter {
        Object from(ClassLoader tomcat) throws ReflectiveOperationException;
    }

    /** @param action one of {@code org.apache.coyote.ActionCode} */
    static void tell(HttpServletRequest request, String action, Parameter parameter) {
        Object facade = Reflection.unwrap(request);
        if (!facade.getClass().getName().equals("org.apache.catalina.connector.RequestFacade")) {
            return;
        }
        try {
            Field requestOfFacade = facade.getClass().getDeclaredField("request");
            requestOfFacade.setAccessible(true);
            Object inner = requestOfFacade.get(facade);
            Object coyote = inner.getClass().getMethod("getCoyoteRequest").invoke(inner);
            ClassLoader tomcat = facade.getClass().getClassLoader();
            Class<?> actionCode = Class.forName("org.apache.coyote.ActionCode", true, tomcat);
            Object code = actionCode.getField(action).get(null);
            coyote.getClass()
                    .getMethod("action", actionCode, Object.class)
                    .invoke(coyote, code, parameter.from(tomcat));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat can not be told {}", action, e);
        }
    }
}
