package io.gatehouse.proxy;

import io.gatehouse.target.UpstreamAccess;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.frames.HeadersFrame;

/**
 * The exchange with an upstream over HTTP/2: the answer flows while the body of the request still does, as gRPC wants it.
 * The request must have been taken off the container's thread.
 */
final class Http2Exchange {

    private static final Set<String> IN_THE_HEAD = Set.of("content-type", "date", "server");
    private static final int RETRIES = 3;

    private final Exchange exchange;
    private final Http2Client client;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final long patienceNanos;

    /** @param idle how long a lasting exchange may be silent */
    Http2Exchange(
            Exchange exchange,
            Http2Client client,
            HttpServletRequest request,
            HttpServletResponse response,
            Duration idle) {
        this.exchange = exchange;
        this.client = client;
        this.request = request;
        this.response = response;
        this.patienceNanos =
                (exchange.lasting() ? idle : exchange.target().limits().responseTimeout()).toNanos();
    }

    /**
     * Carries it out; see {@link StreamingProxyServlet#exchange}. What the upstream has lost with its connection is sent
     * once more if it has no body and is safe, and whatever it is if nothing of it had left.
     */
    int run() throws IOException {
        Http2Body body = Http2Body.of(request);
        boolean repeatable = body.none() && Http2Body.SAFE.contains(request.getMethod());
        for (int tries = 1; ; tries++) {
            UpstreamAccess access = UpstreamClient.access(exchange);
            Optional<Http2Call> call = Optional.empty();
            try {
                call = Optional.of(client.call(access.tls(), exchange.lasting(), patienceNanos));
                return run(call.get(), access, body);
            } catch (ClientGoneException | TruncatedResponseException e) {
                throw e;
            } catch (IOException e) {
                boolean lost = call.isPresent()
                        && exchange.cancellation().reason().isEmpty()
                        && (call.get().isUnsent() || repeatable && call.get().isLost());
                if (!lost || tries > RETRIES) {
                    boolean gaveUp = call.isPresent() && call.get().signs().gaveUp();
                    throw UpstreamFailures.of(e, exchange.target(), gaveUp, exchange.cancellation());
                }
                repeatable &= call.get().isUnsent();
            }
        }
    }

    private int run(Http2Call call, UpstreamAccess access, Http2Body body) throws IOException {
        Optional<Http2Upload> upload = Optional.empty();
        try {
            exchange.cancellation().runs(call::cut);
            call.open(new HeadersFrame(Http2Head.request(request, exchange, access, body.length()), null, body.none()));
            if (!body.none() && !call.isUnsent()) {
                upload = Optional.of(Http2Upload.begin(request, body.length(), body.first(), call, exchange.record()));
            }
            MetaData.Response head = call.awaitHead();
            for (; head.getStatus() < 200; head = call.awaitHead()) {
                passInterim(head);
            }
            OwnCredential.check(head.getStatus(), access, exchange);
            answer(head, call);
            if (!exchange.cancellation().reason().isEmpty()) {
                throw new TruncatedResponseException(exchange.cancellation().reason(), null);
            }
            return head.getStatus();
        } finally {
            upload.ifPresent(Http2Upload::stop);
            call.reset(); // no effect on one that both sides have ended
        }
    }

    private void passInterim(MetaData.Response interim) {
        StreamingProxyServlet.passInterim(
                interim.getStatus(), interim.getHttpFields().getValuesList("Link"), exchange, request, response);
    }

    private void answer(MetaData.Response head, Http2Call call) throws IOException {
        HttpResponse upstream = Http2Head.answer(head);
        AnswerReferences.checkRedirect(upstream, exchange, request);
        exchange.record().answered(head.getStatus());
        response.setStatus(head.getStatus());
        if (call.hasNoBody() && upstream.containsHeader("grpc-status") && !isHttp1()) {
            endInTrailers(upstream);
        }
        Optional<PageRewriting> page = PageRewriting.of(upstream, exchange);
        ResponseHeaders.copy(
                upstream, response, exchange, page, Optional.ofNullable(request.getHeader("If-None-Match")));
        if (call.hasNoBody()) {
            return;
        }
        if (mayTrail(upstream)) {
            response.setTrailerFields(() -> trailers(call));
        }
        try (Http2Input body = new Http2Input(call)) {
            ResponseBody.stream(
                    body, body::hasMore, -1, response, exchange, page); // to its end, where the trailers are
        }
    }

    private boolean isHttp1() {
        return request.getProtocol().startsWith("HTTP/1");
    }

    /**
     * A gRPC error may be a head alone, with which the stream ends; but Tomcat ends the stream behind the head, where a
     * client looks for the same fields as trailers. So that is how it gets them.
     */
    private void endInTrailers(HttpResponse upstream) {
        Trailers trailers = new Trailers();
        for (Header field : upstream.getAllHeaders()) {
            if (!IN_THE_HEAD.contains(field.getName())) {
                trailers.add(field.getName(), field.getValue());
                upstream.removeHeader(field);
            }
        }
        response.setTrailerFields(trailers::fields);
    }

    /** HTTP/2 has room for trailers always, HTTP/1.1 behind chunks and for those who ask, HTTP/1.0 never. */
    private boolean mayTrail(HttpResponse upstream) {
        return switch (request.getProtocol()) {
            case "HTTP/1.0" -> false;
            case "HTTP/1.1" ->
                !upstream.containsHeader("Content-Length")
                        && (request.getHeader("TE") != null || upstream.containsHeader("Trailer"));
            default -> true;
        };
    }

    private static Map<String, String> trailers(Http2Call call) {
        Trailers trailers = new Trailers();
        for (HttpField field : call.trailers()) {
            trailers.add(field.getName(), field.getValue());
        }
        return trailers.fields();
    }
}
