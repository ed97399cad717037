package io.gatehouse.proxy;

import io.gatehouse.tunnel.UncutBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * A request on its way through the proxy servlet. Tells the parent class whether there is a body, which over HTTP/2 no
 * header has to say, and keeps what belongs to this exchange.
 */
final class ProxiedRequest extends HttpServletRequestWrapper {

    private final Exchange exchange;
    private final long length;
    private final InputStream body;
    private UpstreamCall call;

    private ProxiedRequest(HttpServletRequest request, Exchange exchange, long length, InputStream body) {
        super(request);
        this.exchange = exchange;
        this.length = length;
        this.body = body;
    }

    /**
     * Wraps a request.
     *
     * @throws ClientGoneException when the first byte of an unannounced body can not be read
     */
    static ProxiedRequest of(HttpServletRequest request, Exchange exchange) throws ClientGoneException {
        try {
            long length = request.getContentLengthLong();
            boolean chunked = length < 0 && request.getHeader("Transfer-Encoding") != null;
            if (length > 0 || chunked) {
                return new ProxiedRequest(request, exchange, chunked ? -1 : length, request.getInputStream());
            }
            if (request.getProtocol().startsWith("HTTP/1")) {
                return new ProxiedRequest(request, exchange, 0, InputStream.nullInputStream());
            }
            PushbackInputStream peeked = new PushbackInputStream(new UncutBody(request), 1);
            int first = peeked.read();
            if (first < 0) {
                return new ProxiedRequest(request, exchange, 0, InputStream.nullInputStream());
            }
            peeked.unread(first);
            return new ProxiedRequest(request, exchange, -1, peeked);
        } catch (IOException e) {
            throw new ClientGoneException("the request body can not be read", e);
        }
    }

    Exchange exchange() {
        return exchange;
    }

    /** The body's length; negative when it is not known before its end. */
    long length() {
        return length;
    }

    InputStream body() {
        return body;
    }

    UpstreamCall call() {
        return call;
    }

    void call(UpstreamCall newCall) {
        call = newCall;
    }

    /** The parent class asks these two names to learn whether there is a body. */
    @Override
    public String getHeader(String name) {
        if (name.equals("Transfer-Encoding")) {
            return length < 0 ? "chunked" : null;
        }
        if (name.equals("Content-Length")) {
            boolean announced = length > 0 || length == 0 && super.getHeader(name) != null;
            return announced ? Long.toString(length) : null;
        }
        return super.getHeader(name);
    }

    /** The parent class looks for its target in attributes; ours is in the exchange. */
    @Override
    public Object getAttribute(String name) {
        return name.startsWith("org.mitre.") || name.startsWith("ProxyServlet") ? exchange : super.getAttribute(name);
    }
}
