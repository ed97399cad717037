package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.kubernetes.LongRunning;
import io.gatehouse.proxy.Cancellation;
import io.gatehouse.proxy.ClientGoneException;
import io.gatehouse.proxy.Exchange;
import io.gatehouse.proxy.StreamingProxyServlet;
import io.gatehouse.proxy.TruncatedResponseException;
import io.gatehouse.proxy.UpgradeProxy;
import io.gatehouse.proxy.UpstreamFailureException;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.tunnel.Tunnel;
import io.gatehouse.tunnel.TunnelEnd;
import io.gatehouse.tunnel.UpgradeException;
import io.gatehouse.tunnel.UpgradeRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step: sends a granted request to its target. Ordinary ones stay on the container's thread; what may last, and
 * all of HTTP/2 (Tomcat runs only twenty requests of one such connection at a time), goes to a thread of ours.
 */
public final class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

    /** The request attribute that makes the servlet cut the connection when it is dispatched again. */
    public static final String CUT = "io.gatehouse.cut";

    /** A granted request with all that was learned about it. */
    record Passage(
            HttpServletRequest request,
            HttpServletResponse response,
            Guard.Admitted admitted,
            String prefix,
            Route route,
            Question question,
            AuthenticationChain.Proven proven,
            Optional<UpgradeRequest> upgrade,
            RequestRecord record) {}

    private final StreamingProxyServlet proxy;
    private final UpgradeProxy upgrades;
    private final LiveStreams streams;
    private final ExecutorService threads;

    /** @param threads run what lasts; may reject */
    public Forwarding(
            StreamingProxyServlet proxy, UpgradeProxy upgrades, LiveStreams streams, ExecutorService threads) {
        this.proxy = proxy;
        this.upgrades = upgrades;
        this.streams = streams;
        this.threads = threads;
    }

    /** @throws RefusedException when the identity can not be told to the target, or there is no room */
    void forward(Passage passage) throws IOException {
        boolean lasting = passage.upgrade().isPresent() || mayLast(passage);
        Exchange exchange = exchange(passage, lasting);
        String user = passage.proven().identity().user();
        if (lasting && !streams.enter(passage.route().target(), user)) {
            throw new RefusedException(
                    429, "unavailable", "no stream is left for this person or target", "too many streams are open");
        }
        boolean handedOver = false;
        try {
            if (lasting && !passage.record().open()) {
                throw new RefusedException(
                        503, "unavailable", "the record has no room", "the record can not be kept at the moment");
            }
            if (passage.upgrade().isPresent()) {
                handedOver = upgrade(passage, exchange);
            } else if (lasting || !passage.request().getProtocol().startsWith("HTTP/1")) {
                handedOver = startOnOwnThread(passage, exchange);
            } else {
                carryOut(passage, exchange);
            }
        } finally {
            if (lasting && !handedOver) {
                streams.leave(passage.route().target(), user);
            }
        }
    }

    private static boolean mayLast(Passage passage) {
        Question question = passage.question();
        if (question.kubernetes().isPresent()) {
            return LongRunning.is(
                    question.kubernetes().get(), question.requestTarget().query());
        }
        String accept = passage.request().getHeader("Accept");
        return accept != null && accept.contains("text/event-stream");
    }

    private static Exchange exchange(Passage passage, boolean lasting) {
        Route route = passage.route();
        OutboundIdentity outbound = route.identityCall()
                .call(
                        () -> route.identity().outbound(passage.proven().identity()),
                        failed -> new OutboundIdentity.Refused(failed));
        if (outbound instanceof OutboundIdentity.Refused refused) {
            throw new RefusedException(
                    403, "deny", "identity: " + refused.reason(), "your identity can not be told to this target");
        }
        List<Header> headers = ((OutboundIdentity.Headers) outbound).headers();
        return new Exchange(
                passage.record(),
                route.target(),
                passage.question().requestTarget(),
                passage.prefix(),
                headers,
                route.managed(),
                passage.admitted().client(),
                passage.admitted().scheme(),
                passage.admitted().hostAndPort(),
                lasting,
                new Cancellation());
    }

    private boolean startOnOwnThread(Passage passage, Exchange exchange) {
        AsyncContext async = passage.request().startAsync(passage.request(), passage.response());
        async.setTimeout(0);
        LiveStream stream = new LiveStream(
                passage.question(), passage.proven().identity(), System.nanoTime(), exchange.cancellation()::cancel);
        try {
            threads.execute(() -> runAsync(passage, exchange, async, stream));
            return exchange.lasting();
        } catch (RejectedExecutionException e) {
            try {
                Answers.line(
                        passage.request(),
                        passage.response(),
                        503,
                        "too many streams are open",
                        passage.route().target().isKubernetes(),
                        List.of());
            } catch (IOException gone) {
                LOG.debug("The client of request {} left", exchange.record().id());
            }
            passage.record().close(503, "no thread was left for it");
            async.complete();
            return false;
        }
    }

    private void runAsync(Passage passage, Exchange exchange, AsyncContext async, LiveStream stream) {
        boolean cut = false;
        try {
            if (exchange.lasting()) {
                streams.add(stream);
            }
            carryOut(passage, exchange);
            if (passage.request().getMethod().equals("HEAD")) {
                passage.response().flushBuffer(); // Tomcat's HTTP/2 loses a head without a body at complete()
            }
        } catch (IOException | RuntimeException e) {
            cut = true;
            // Nothing is left to say to a client whose answer Tomcat has taken back; the record stays ours.
            passage.record()
                    .close(
                            passage.record().answered(),
                            "broke off: " + e.getClass().getSimpleName());
        } finally {
            if (exchange.lasting()) {
                streams.remove(stream);
                streams.leave(
                        passage.route().target(), passage.proven().identity().user());
            }
            end(passage, async, cut);
        }
    }

    /** Only a dispatch that throws keeps the containers from writing the end of a body that broke off. */
    private static void end(Passage passage, AsyncContext async, boolean cut) {
        try {
            if (cut) {
                passage.request().setAttribute(CUT, true);
                async.dispatch();
            } else {
                async.complete();
            }
        } catch (RuntimeException e) {
            LOG.debug(
                    "The container ended request {} before we did",
                    passage.record().id());
        }
    }

    /** Sends the request and answers it, or says why not; what can not be answered any more is thrown. */
    private void carryOut(Passage passage, Exchange exchange) throws IOException {
        RequestRecord record = passage.record();
        try {
            int status = proxy.exchange(exchange, passage.request(), passage.response());
            record.close(status, "complete");
        } catch (UpstreamFailureException e) {
            answer(passage, e.status(), e.getMessage(), reason(exchange, e.getMessage()), e.getCause());
        } catch (ClientGoneException e) {
            record.close(record.answered(), reason(exchange, e.getMessage()));
            throw e;
        } catch (TruncatedResponseException e) {
            record.close(record.answered(), reason(exchange, e.getMessage()));
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.error("Request {} failed inside Gatehouse", record.id(), e);
            answer(passage, 500, "internal error, request " + record.id(), "internal error", e);
        }
    }

    private static String reason(Exchange exchange, String otherwise) {
        String cancelled = exchange.cancellation().reason();
        return cancelled.isEmpty() ? otherwise : cancelled;
    }

    private static void answer(Passage passage, int status, String message, String end, Throwable cause)
            throws IOException {
        LOG.warn("Request {}: {} ({})", passage.record().id(), message, String.valueOf(cause));
        if (passage.response().isCommitted()) {
            passage.record().close(passage.response().getStatus(), end);
            throw new TruncatedResponseException(message, cause);
        }
        try {
            Answers.line(
                    passage.request(),
                    passage.response(),
                    status,
                    message,
                    passage.route().target().isKubernetes(),
                    List.of());
        } finally {
            passage.record().close(status, end);
        }
    }

    /** @return whether the tunnel's end gives the place back */
    private boolean upgrade(Passage passage, Exchange exchange) throws IOException {
        RequestRecord record = passage.record();
        AtomicReference<Tunnel> tunnel = new AtomicReference<>();
        LiveStream stream = new LiveStream(passage.question(), passage.proven().identity(), System.nanoTime(), why -> {
            if (tunnel.get() != null) {
                tunnel.get().close(why);
            }
        });
        try {
            Optional<Tunnel> opened = upgrades.exchange(
                    exchange,
                    passage.upgrade().get(),
                    passage.request(),
                    passage.response(),
                    stream,
                    end -> ended(passage, stream, end));
            opened.ifPresent(tunnel::set);
            if (opened.isPresent()) {
                streams.add(stream);
                if (record.isClosed()) {
                    streams.remove(stream); // it ended before it was listed
                }
                return true;
            }
            record.close(passage.response().getStatus(), "the upgrade was refused by the target");
        } catch (UpstreamFailureException e) {
            answer(passage, e.status(), e.getMessage(), e.getMessage(), e.getCause());
        } catch (UpgradeException e) {
            answer(passage, e.reason().status(), "the stream can not be opened", e.getMessage(), e);
        }
        return false;
    }

    private void ended(Passage passage, LiveStream stream, TunnelEnd end) {
        passage.record().addBytesIn(end.bytesIn());
        passage.record().addBytesOut(end.bytesOut());
        boolean ordinary =
                end.reason() == TunnelEnd.Reason.CLIENT_CLOSED || end.reason() == TunnelEnd.Reason.UPSTREAM_CLOSED;
        passage.record().close(101, ordinary ? "complete" : end.text());
        streams.remove(stream);
        streams.leave(passage.route().target(), passage.proven().identity().user());
    }
}
