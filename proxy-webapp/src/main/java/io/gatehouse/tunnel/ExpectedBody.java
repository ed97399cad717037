package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Has a client send the body that it holds back until it is asked for (RFC 9110, 10.1.1). A Tomcat that is to ask at the
 * first read forgets it when the read does not block. Jetty asks by itself.
 */
public final class ExpectedBody {

    private ExpectedBody() {}

    /** No effect where nothing is held back, or the container has asked already. */
    public static void ask(HttpServletRequest request) {
        TomcatRequest.of(request)
                .ifPresent(known -> known.act(
                        "ACK",
                        tomcat -> Class.forName("org.apache.coyote.ContinueResponseTiming", true, tomcat)
                                .getField("ON_REQUEST_BODY_READ")
                                .get(null)));
    }
}
