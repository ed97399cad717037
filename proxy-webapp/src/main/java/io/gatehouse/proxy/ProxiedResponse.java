package io.gatehouse.proxy;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** Keeps the parent class from announcing an empty body on a 304, which has none to announce (RFC 9110 15.4.5). */
final class ProxiedResponse extends HttpServletResponseWrapper {

    ProxiedResponse(HttpServletResponse response) {
        super(response);
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (getStatus() != SC_NOT_MODIFIED) {
            super.setIntHeader(name, value);
        }
    }
}
