package io.gatehouse.proxy;

import io.gatehouse.target.UpstreamAccess;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.http.Header;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.client.HttpClient;
import org.apache.http.message.BasicHttpEntityEnclosingRequest;
import org.mitre.dsmiley.httpproxy.ProxyServlet;

/**
 * The exchange with an upstream, over HTTP/1.1 here. The parent class gives the order of things; what it would do to paths,
 * headers, cookies, 304 and streams is overridden, as a Kubernetes client notices each of these.
 */
public class StreamingProxyServlet extends ProxyServlet {

    private static final long serialVersionUID = 1L;

    private final transient UpstreamClients clients;

    /** @param clients the targets' clients, shared with whoever closes them */
    public StreamingProxyServlet(UpstreamClients clients) {
        this.clients = clients;
    }

    /**
     * Carries out an exchange.
     *
     * @return the status that the client got
     * @throws UpstreamFailureException when there is no answer; nothing was sent to the client
     * @throws ClientGoneException when the client left
     * @throws TruncatedResponseException when the answer broke off after its head was sent
     */
    public int exchange(Exchange exchange, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (exchange.target().isEcho()) {
            return EchoTarget.answer(exchange, request, response);
        }
        if (exchange.target().protocol().isHttp2()) {
            Http2Client client = clients.http2(exchange.target());
            return new Http2Exchange(exchange, client, request, response, clients.idle()).run();
        }
        ProxiedRequest proxied = ProxiedRequest.of(request, exchange);
        try {
            service(proxied, new ProxiedResponse(response));
            if (!exchange.cancellation().reason().isEmpty()) {
                throw new TruncatedResponseException(exchange.cancellation().reason(), null);
            }
            return exchange.record().answered();
        } catch (ServletException e) {
            throw new IOException(e);
        } finally {
            if (proxied.call() != null) {
                proxied.call().abort(); // no effect on a call that was finished
            }
        }
    }

    /** The parent's settings and client are not used: targets come and go while this servlet stays. */
    @Override
    public void init() {
        doForwardIP = false;
    }

    @Override
    public void destroy() {}

    @Override
    protected HttpClient createHttpClient() {
        throw new UnsupportedOperationException("each target has a client of its own");
    }

    @Override
    protected String rewriteUrlFromRequest(HttpServletRequest request) {
        return ((ProxiedRequest) request).exchange().upstreamTarget();
    }

    @Override
    protected HttpRequest newProxyRequestWithEntity(String method, String target, HttpServletRequest request) {
        ProxiedRequest proxied = (ProxiedRequest) request;
        BasicHttpEntityEnclosingRequest upstream = new BasicHttpEntityEnclosingRequest(method, target);
        upstream.setEntity(new RequestBody(
                proxied.body(), proxied.length(), proxied.exchange().record()));
        return upstream;
    }

    /** Headers are written where the credentials are known: just before the request is sent. */
    @Override
    protected void copyRequestHeaders(HttpServletRequest request, HttpRequest upstream) {}

    @Override
    protected HttpResponse doExecute(HttpServletRequest request, HttpServletResponse response, HttpRequest upstream)
            throws IOException {
        ProxiedRequest proxied = (ProxiedRequest) request;
        Exchange exchange = proxied.exchange();
        UpstreamClient client = clients.of(exchange.target());
        UpstreamAccess access = UpstreamClient.access(exchange);
        RequestHeaders.write(request, exchange, access.authorization(), upstream::addHeader);
        if (upstream instanceof HttpEntityEnclosingRequest) {
            boolean chunked = proxied.length() < 0;
            upstream.addHeader(
                    chunked ? "Transfer-Encoding" : "Content-Length",
                    chunked ? "chunked" : Long.toString(proxied.length()));
        }
        UpstreamCall call = client.send(
                upstream,
                exchange.lasting(),
                access,
                exchange.cancellation(),
                interim -> passInterim(
                        interim.getStatusLine().getStatusCode(), links(interim), exchange, request, response));
        proxied.call(call);
        OwnCredential.check(call.response().getStatusLine().getStatusCode(), access, exchange);
        AnswerReferences.checkRedirect(call.response(), exchange, request);
        return call.response();
    }

    /**
     * Early hints go on to the client, but not to one of HTTP/1.0, which would take them for the answer (RFC 9110 15.2);
     * the other interim answers are between two neighbours.
     */
    static void passInterim(
            int status,
            List<String> links,
            Exchange exchange,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (status != 103 || request.getProtocol().equals("HTTP/1.0")) {
            return;
        }
        try {
            AnswerReferences references = new AnswerReferences(exchange);
            for (String link : links) {
                if (RequestHeaders.isFieldValue(link)) {
                    references.shown("link", link).ifPresent(shown -> response.addHeader("Link", shown));
                }
            }
            response.sendError(103);
            response.reset();
        } catch (IOException | IllegalStateException e) {
            response.reset(); // a hint that can not be given is no loss
        }
    }

    private static List<String> links(HttpResponse interim) {
        return Arrays.stream(interim.getHeaders("Link")).map(Header::getValue).toList();
    }

    @Override
    protected void copyResponseHeaders(
            HttpResponse upstream, HttpServletRequest request, HttpServletResponse response) {
        ProxiedRequest proxied = (ProxiedRequest) request;
        proxied.exchange().record().answered(upstream.getStatusLine().getStatusCode());
        ResponseHeaders.copy(
                upstream,
                response,
                proxied.exchange(),
                PageRewriting.of(upstream, proxied.exchange()),
                Optional.ofNullable(request.getHeader("If-None-Match")));
        boolean mayTrail = upstream.getFirstHeader("Transfer-Encoding") != null
                && (upstream.getFirstHeader("Trailer") != null || request.getHeader("TE") != null)
                && !request.getProtocol().equals("HTTP/1.0");
        if (mayTrail) {
            UpstreamCall call = proxied.call();
            response.setTrailerFields(() -> trailers(call));
        }
    }

    private static Map<String, String> trailers(UpstreamCall call) {
        Trailers trailers = new Trailers();
        for (Header trailer : call.trailers()) {
            trailers.add(trailer.getName(), trailer.getValue());
        }
        return trailers.fields();
    }

    @Override
    protected void copyResponseEntity(
            HttpResponse upstream,
            HttpServletResponse response,
            HttpRequest upstreamRequest,
            HttpServletRequest request)
            throws IOException {
        ProxiedRequest proxied = (ProxiedRequest) request;
        UpstreamCall call = proxied.call();
        Exchange exchange = proxied.exchange();
        if (upstream.getEntity() != null) {
            long length = upstream.getEntity().getContentLength();
            ResponseBody.stream(
                    call.body(), call::hasMore, length, response, exchange, PageRewriting.of(upstream, exchange));
        }
        call.finish();
    }

    /** What went wrong is for the caller to answer; the upstream call is cancelled there too. */
    @Override
    protected void handleRequestException(HttpRequest upstreamRequest, HttpResponse upstream, Exception e)
            throws IOException {
        if (upstream != null) {
            upstream.setEntity(null); // the parent would read the rest of it
        }
        if (e instanceof IOException failure) {
            throw failure;
        }
        throw new IOException(e);
    }
}
