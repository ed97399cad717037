package io.gatehouse.proxy;

import io.gatehouse.target.Target;
import io.gatehouse.target.UpstreamAccess;
import io.gatehouse.tunnel.HeaderField;
import io.gatehouse.tunnel.Tunnel;
import io.gatehouse.tunnel.TunnelObserver;
import io.gatehouse.tunnel.Tunnels;
import io.gatehouse.tunnel.UpgradeAnswer;
import io.gatehouse.tunnel.UpgradeException;
import io.gatehouse.tunnel.UpgradeRequest;
import io.gatehouse.tunnel.UpstreamEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The exchange with an upstream when the client asks to switch protocols: exec, attach, port-forward, WebSockets. */
public final class UpgradeProxy {

    private final Tunnels tunnels;

    public UpgradeProxy(Tunnels tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * Asks the upstream and either joins the two connections or relays its refusal and closes.
     *
     * @param observer is told of the tunnel's end
     * @return the tunnel; nothing when the refusal was relayed
     * @throws UpstreamFailureException when there is no usable answer
     * @throws UpgradeException when no tunnel can be opened here
     */
    public Optional<Tunnel> exchange(
            Exchange exchange,
            UpgradeRequest upgrade,
            HttpServletRequest request,
            HttpServletResponse response,
            TunnelObserver observer)
            throws IOException {
        Target target = exchange.target();
        if (target.isEcho()) {
            throw new UpstreamFailureException(502, "target " + target + " does not open streams", null);
        }
        UpstreamAccess access = UpstreamClient.access(exchange);
        List<HeaderField> headers = new ArrayList<>();
        RequestHeaders.write(
                request, exchange, access.authorization(), (name, value) -> headers.add(new HeaderField(name, value)));
        UpgradeAnswer answer = handshake(target, access, upgrade, headers, exchange);
        if (answer instanceof UpgradeAnswer.Switched switched) {
            List<HeaderField> shown = ResponseHeaders.shown(switched.headers(), exchange);
            return Optional.of(
                    tunnels.open(request, new SingleFields(response), upgrade, switched.withHeaders(shown), observer));
        }
        try (UpgradeAnswer.Refused refused = (UpgradeAnswer.Refused) answer) {
            OwnCredential.check(refused.status(), access, exchange);
            relay(refused, new SingleFields(response), exchange);
        }
        return Optional.empty();
    }

    private UpgradeAnswer handshake(
            Target target, UpstreamAccess access, UpgradeRequest upgrade, List<HeaderField> headers, Exchange exchange)
            throws IOException {
        try {
            return tunnels.handshake(
                    endpoint(target, access), upgrade.upstreamHead(exchange.upstreamTarget(), headers));
        } catch (UpgradeException e) {
            throw new UpstreamFailureException(e.reason().status(), message(e.reason(), target), e);
        }
    }

    private static UpstreamEndpoint endpoint(Target target, UpstreamAccess access) {
        if (target.socket().isPresent()) {
            return UpstreamEndpoint.unix(target.socket().get());
        }
        return access.tls()
                .map(tls -> UpstreamEndpoint.tls(
                        target.host(),
                        target.port(),
                        new UpstreamEndpoint.Tls(tls, target.tlsName(), target.verifiesTls())))
                .orElseGet(() -> UpstreamEndpoint.plain(target.host(), target.port()));
    }

    private static String message(UpgradeException.Reason reason, Target target) {
        return switch (reason) {
            case CONNECT_FAILED -> "target " + target + " can not be reached";
            case TLS_FAILED -> "the TLS connection to target " + target + " failed";
            case TIMED_OUT -> "target " + target + " did not answer in time";
            case TOO_MANY_TUNNELS -> "too many streams are open";
            default -> "target " + target + " did not give a valid answer";
        };
    }

    /**
     * From 400 on the client sees the upstream's own answer; anything below is no answer to an upgrade. The connection
     * is closed either way: a second request on it must not reach anybody (CVE-2018-1002105).
     */
    private static void relay(UpgradeAnswer.Refused refused, HttpServletResponse response, Exchange exchange)
            throws IOException {
        response.setHeader("Connection", "close");
        if (refused.status() < 400) {
            throw new UpstreamFailureException(
                    502, "target " + exchange.target() + " answered " + refused.status() + " to an upgrade", null);
        }
        response.setStatus(refused.status());
        exchange.record().answered(refused.status());
        if (refused.headers().stream().noneMatch(header -> header.is("Content-Length"))) {
            response.setTrailerFields(Map::of); // has Tomcat chunk the body: one that is cut must not look complete
        }
        for (HeaderField header : ResponseHeaders.shown(refused.headers(), exchange)) {
            response.addHeader(header.name(), header.value());
        }
        InputStream body = refused.body();
        byte[] buffer = new byte[8 * 1024];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            try {
                response.getOutputStream().write(buffer, 0, read);
            } catch (IOException | RuntimeException e) {
                throw new ClientGoneException("the client left", e);
            }
            exchange.record().addBytesOut(read);
        }
    }
}
