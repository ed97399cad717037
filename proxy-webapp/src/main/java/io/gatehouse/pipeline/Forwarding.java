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
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import io.gatehouse.spi.UpstreamIdentity;
import io.gatehouse.tunnel.BrokenAnswer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step: sends a granted request to its target. Ordinary ones stay on the container's thread; what may last, and
 * all of HTTP/2 on either side (Tomcat runs only twenty requests of one such connection at a time), goes to a thread of
 * ours.
 */
public final class Forwarding {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final String GRPC = "application/grpc"; // +proto, -web and whatever else follows
    private static final Credential NOTHING = new Credential.None();

    private final StreamingProxyServlet proxy;
    private final UpgradeForwarding upgrades;
    private final LiveStreams streams;
    private final Capacity capacity = new Capacity();
    private final OwnCredentialLog ownCredentials = new OwnCredentialLog(System::nanoTime);
    private final ExecutorService threads;

    /** @param threads run what lasts; may reject */
    public Forwarding(
            StreamingProxyServlet proxy, UpgradeProxy upgrades, LiveStreams streams, ExecutorService threads) {
        this.proxy = proxy;
        this.upgrades = new UpgradeForwarding(upgrades, streams, ownCredentials);
        this.streams = streams;
        this.threads = threads;
    }

    /**
     * Sends it.
     *
     * @return whether it goes on after the return, and whoever carries it out closes its record
     * @throws RefusedException when the identity can not be told to the target, or there is no room
     */
    boolean forward(Passage passage) throws IOException {
        capacity.requireRate(passage);
        boolean lasting = passage.upgrade().isPresent() || mayLast(passage);
        Exchange exchange = exchange(passage, lasting);
        Places.Place place = capacity.place(passage, lasting);
        boolean handedOver = false;
        try {
            if (lasting && !passage.record().open()) {
                throw new RefusedException(
                        503, "unavailable", "the record has no room", "the record can not be kept at the moment");
            }
            if (passage.upgrade().isPresent()) {
                handedOver = upgrades.forward(passage, exchange, place);
            } else if (lasting || !isPlain(passage)) {
                handedOver = startOnOwnThread(passage, exchange, place);
            } else {
                LiveStream stream = stream(passage, exchange, () -> {});
                streams.add(stream); // an answer need not end because nobody expects it to last
                try {
                    carryOut(passage, exchange);
                } finally {
                    streams.remove(stream);
                }
            }
        } finally {
            if (!handedOver) {
                place.run();
            }
        }
        return handedOver;
    }

    /** Whether neither side speaks HTTP/2. */
    private static boolean isPlain(Passage passage) {
        return passage.request().getProtocol().startsWith("HTTP/1")
                && !passage.route().target().protocol().isHttp2();
    }

    private static boolean mayLast(Passage passage) {
        Question question = passage.question();
        if (question.kubernetes().isPresent()) {
            return LongRunning.is(
                    question.kubernetes().get(), question.requestTarget().query());
        }
        String accept = passage.request().getHeader("Accept");
        String type = passage.request().getHeader("Content-Type");
        return accept != null && accept.contains("text/event-stream")
                || type != null && type.regionMatches(true, 0, GRPC, 0, GRPC.length());
    }

    private static Exchange exchange(Passage passage, boolean lasting) {
        Route route = passage.route();
        boolean ignored = passage.question().isIgnored(route);
        Credential shown = ignored ? NOTHING : passage.question().credential();
        OutboundIdentity outbound = ignored && !route.target().isKubernetes()
                ? new OutboundIdentity.Headers(List.of()) // an API server would take it for ours
                : told(route, passage.question().outward(passage.proven()), shown);
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
                route.web(),
                lasting,
                new Cancellation());
    }

    private static OutboundIdentity told(Route route, Identity person, Credential shown) {
        UpstreamIdentity identity = route.identity();
        boolean kubernetes = route.target().isKubernetes();
        return route.identityCall()
                .call(
                        () -> {
                            OutboundIdentity outbound =
                                    identity.outbound(person, identity.passesCredential() ? shown : NOTHING);
                            return kubernetes && !identity.keepsReservedNames()
                                    ? ReservedNames.kept(person, outbound)
                                    : outbound;
                        },
                        OutboundIdentity.Refused::new);
    }

    private static LiveStream stream(Passage passage, Exchange exchange, Runnable lookForClient) {
        return new LiveStream(
                passage.question(),
                passage.proven().identity(),
                exchange.lasting(),
                passage.began(),
                exchange.cancellation()::cancel,
                lookForClient);
    }

    private boolean startOnOwnThread(Passage passage, Exchange exchange, Places.Place place) {
        AsyncAnswer answer = AsyncAnswer.begin(passage, exchange.cancellation());
        LiveStream stream = stream(passage, exchange, answer::lookForClient);
        try {
            threads.execute(() -> runAsync(passage, exchange, place, answer, stream));
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the latter: the system has no thread left
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
            answer.complete();
            return false;
        }
    }

    private void runAsync(
            Passage passage, Exchange exchange, Places.Place place, AsyncAnswer answer, LiveStream stream) {
        boolean whole = false;
        try {
            streams.add(stream);
            carryOut(passage, exchange);
            if (isLostAtTheEnd(passage)) {
                passage.response().flushBuffer();
            }
            whole = true;
        } catch (IOException | RuntimeException | Error e) {
            passage.record()
                    .close(
                            passage.record().answered(),
                            "broke off: " + e.getClass().getSimpleName());
            if (e instanceof TruncatedResponseException) {
                BrokenAnswer.flush(passage.response()); // here, as a slow client must hold up no container's thread
            }
        } finally {
            streams.remove(stream);
            place.run();
            if (whole) {
                answer.complete();
            } else {
                answer.cut();
            }
        }
    }

    /** Tomcat's HTTP/2 loses a head without a body at complete(), its HTTP/1.1 an answer before the end of a body. */
    private static boolean isLostAtTheEnd(Passage passage) throws IOException {
        return passage.request().getMethod().equals("HEAD")
                || passage.route().target().protocol().isHttp2()
                        && !passage.request().getInputStream().isFinished();
    }

    /** Sends the request and answers it, or says why not; what can not be answered any more is thrown. */
    private void carryOut(Passage passage, Exchange exchange) throws IOException {
        RequestRecord record = passage.record();
        try {
            int status = proxy.exchange(exchange, passage.request(), passage.response());
            record.close(status, "complete");
        } catch (ClientGoneException | TruncatedResponseException e) {
            record.close(record.answered(), reason(exchange, e.getMessage()));
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            if (exchange.cancellation().hasClientLeft()) {
                record.close(record.answered(), reason(exchange, e.getMessage()));
                throw e;
            }
            if (e instanceof UpstreamFailureException failure) {
                passage.fail(failure, reason(exchange, e.getMessage()), ownCredentials);
            } else {
                LOG.error("Request {} failed inside Gatehouse", record.id(), e);
                passage.fail(500, "internal error, request " + record.id(), "internal error", e);
            }
        }
    }

    private static String reason(Exchange exchange, String otherwise) {
        String cancelled = exchange.cancellation().reason();
        return cancelled.isEmpty() ? otherwise : cancelled;
    }
}
