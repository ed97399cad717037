package io.gatehouse.proxy;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/**
 * Lets the upstream say when its answer was made, and by what, in place of the container: an answer has one {@code Date}
 * and one {@code Server} (RFC 9110 6.6.1, 10.2.4), and Jetty writes its own before anybody else.
 */
final class SingleFields extends HttpServletResponseWrapper {

    SingleFields(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void addHeader(String name, String value) {
        if (name.equalsIgnoreCase("Date") || name.equalsIgnoreCase("Server")) {
            setHeader(name, value);
        } else {
            super.addHeader(name, value);
        }
    }
}
