package io.gatehouse.portal;

import io.gatehouse.spi.RequestView;
import java.net.InetAddress;
import java.util.List;

/** What an authenticator sees of a request to Gatehouse itself. */
record PageView(Visit visit) implements RequestView {

    @Override
    public String target() {
        return "gatehouse";
    }

    @Override
    public String method() {
        return visit.admitted().method();
    }

    @Override
    public String path() {
        return visit.path();
    }

    @Override
    public InetAddress clientAddress() {
        return visit.admitted().client();
    }

    @Override
    public List<String> headers(String name) {
        return List.of();
    }
}
