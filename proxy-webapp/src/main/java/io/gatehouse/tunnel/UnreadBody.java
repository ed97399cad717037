package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Keeps Tomcat from reading the rest of a refused request's body: it would wait for it on a container thread, and two
 * hundred refused uploads that never come would stop the server. Jetty closes the connection by itself.
 */
public final class UnreadBody {

    private UnreadBody() {}

    /** Makes the container close the connection instead; the answer must say {@code Connection: close}. */
    public static void abandon(HttpServletRequest request) {
        TomcatConnector.tell(request, "DISABLE_SWALLOW_INPUT", tomcat -> null);
    }
}
