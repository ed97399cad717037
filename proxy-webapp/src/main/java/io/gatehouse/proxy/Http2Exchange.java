package io.gatehouse.proxy;

import io.gatehouse.target.UpstreamAccess;
import io.gatehouse.tunnel.HeaderField;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Stream;
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
                interim.getStatus(), interim.getHttpFields().getValuesList("Link"), request, response);
    }

    private void answer(MetaData.Response head, Http2Call call) throws IOException {
        List<HeaderField> fields = Http2Head.fields(head);
        exchange.record().answered(head.getStatus());
        response.setStatus(head.getStatus());
        if (call.hasNoBody() && isGrpcEnd(fields) && !request.getProtocol().startsWith("HTTP/1")) {
            fields = endInTrailers(fields);
        }
        ResponseHeaders.copy(
                head.getStatus(), fields, response, !exchange.prefix().isEmpty());
        if (call.hasNoBody()) {
            return;
        }
        if (mayTrail(fields)) {
            response.setTrailerFields(() -> trailers(call));
        }
        stream(call);
    }

    private static boolean isGrpcEnd(List<HeaderField> fields) {
        return fields.stream().anyMatch(field -> field.is("grpc-status"));
    }

    /**
     * A gRPC error may be a head alone, with which the stream ends; but Tomcat ends the stream behind the head, where a
     * client looks for the same fields as trailers. So that is how it gets them.
     *
     * @return what stays in the head
     */
    private List<HeaderField> endInTrailers(List<HeaderField> fields) {
        Trailers trailers = new Trailers();
        fields.stream()
                .filter(field -> !IN_THE_HEAD.contains(field.name()))
                .forEach(field -> trailers.add(field.name(), field.value()));
        response.setTrailerFields(trailers::fields);
        return fields.stream()
                .filter(field -> IN_THE_HEAD.contains(field.name()))
                .toList();
    }

    /** HTTP/2 has room for trailers always, HTTP/1.1 behind chunks and for those who ask, HTTP/1.0 never. */
    private boolean mayTrail(List<HeaderField> fields) {
        return switch (request.getProtocol()) {
            case "HTTP/1.0" -> false;
            case "HTTP/1.1" ->
                fields.stream().noneMatch(field -> field.is("Content-Length"))
                        && (request.getHeader("TE") != null || fields.stream().anyMatch(field -> field.is("Trailer")));
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

    /** The head goes out before the first wait, and whatever was read before the next. */
    private void stream(Http2Call call) throws IOException {
        OutputStream to = response.getOutputStream();
        boolean last = false;
        while (!last) {
            Optional<Stream.Data> here = call.poll();
            if (here.isEmpty()) {
                flush();
            }
            Stream.Data data = here.isPresent() ? here.get() : next(call);
            try {
                last = data.frame().isEndStream();
                write(to, data.frame().getByteBuffer());
            } finally {
                data.release();
            }
        }
    }

    private Stream.Data next(Http2Call call) throws IOException {
        try {
            return call.next();
        } catch (ClientGoneException e) {
            throw e;
        } catch (IOException e) {
            String message = "target " + exchange.target() + " broke off its answer";
            if (response.isCommitted()) {
                throw new TruncatedResponseException(message, e);
            }
            throw new UpstreamFailureException(502, message, e);
        }
    }

    /** Tomcat takes an answer back when its connection breaks; to write on is an illegal state then. */
    private void write(OutputStream to, ByteBuffer piece) throws ClientGoneException {
        int count = piece.remaining();
        try {
            if (piece.hasArray()) {
                to.write(piece.array(), piece.arrayOffset() + piece.position(), count);
            } else {
                byte[] bytes = new byte[count];
                piece.get(bytes);
                to.write(bytes);
            }
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException("the client left", e);
        }
        exchange.record().addBytesOut(count);
    }

    private void flush() throws ClientGoneException {
        try {
            response.flushBuffer();
        } catch (IOException | RuntimeException e) {
            throw new ClientGoneException("the client left", e);
        }
    }
}
