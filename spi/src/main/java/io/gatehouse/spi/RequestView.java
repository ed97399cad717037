package io.gatehouse.spi;

import java.net.InetAddress;
import java.util.List;

/** What an authenticator may see of a request: no body, no parameters, so that a proxied stream stays whole. */
public interface RequestView {

    /** The target's name. */
    String target();

    /** The HTTP method, upper case. */
    String method();

    /** The canonical path inside the target. */
    String path();

    /** The client, as the trusted proxies tell it. */
    InetAddress clientAddress();

    /** The values of one of the headers that the factory declared, in order; empty for any other. */
    List<String> headers(String name);
}
