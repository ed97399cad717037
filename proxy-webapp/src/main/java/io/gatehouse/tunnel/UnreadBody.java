package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Tomcat from reading the rest of a refused request's body: it would wait for it on a container thread, and two
 * hundred refused uploads that never come would stop the server. Jetty closes the connection by itself.
 */
public final class UnreadBody {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadBody.class);

    private UnreadBody() {}

    /** Makes the container close the connection instead; the answer must say {@code Connection: close}. */
    public static void abandon(HttpServletRequest request) {
        Object facade = Reflection.unwrap(request);
        if (!facade.getClass().getName().equals("org.apache.catalina.connector.RequestFacade")) {
            return;
        }
        try {
            Field requestOfFacade = facade.getClass().getDeclaredField("request");
            requestOfFacade.setAccessible(true);
            Object inner = requestOfFacade.get(facade);
            Object coyote = inner.getClass().getMethod("getCoyoteRequest").invoke(inner);
            Class<?> actionCode = Class.forName(
                    "org.apache.coyote.ActionCode", true, facade.getClass().getClassLoader());
            Object disable = actionCode.getField("DISABLE_SWALLOW_INPUT").get(null);
            coyote.getClass().getMethod("action", actionCode, Object.class).invoke(coyote, disable, null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("This Tomcat does not let go of a body that nobody reads", e);
        }
    }
}
