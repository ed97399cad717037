package io.gatehouse.tunnel;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;

/**
 * The least caller of the tunnel: the request names its upstream by {@code X-Upstream}, itself by {@code X-Test}, and
 * other bounds by {@code X-Stall} (milliseconds) and {@code X-Most} (tunnels). The ends of tunnels go to a queue of the test's.
 */
public class TunnelTestServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Under this key of the system properties the test and this servlet share JDK objects. */
    static final String SHARED = "gatehouse.tunnel.test";

    private final transient Map<String, Tunnels> tunnels = new ConcurrentHashMap<>();
    private final transient Map<String, Set<Tunnel>> opened = new ConcurrentHashMap<>();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getRequestURI()) {
            case "/close" ->
                opened.getOrDefault(request.getQueryString(), Set.of()).forEach(tunnel -> tunnel.close("asked to"));
            case "/size" ->
                text(
                        response,
                        200,
                        "" + tunnels.values().stream().mapToInt(Tunnels::size).sum());
            default -> upgrade(request, response);
        }
    }

    private void upgrade(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Optional<UpgradeRequest> upgrade = UpgradeRequest.of(request);
            if (upgrade.isEmpty()) {
                text(response, 200, "no upgrade");
                return;
            }
            String limits = header(request, "X-Stall", "30000") + " " + header(request, "X-Most", "1000");
            Tunnels some = tunnels.computeIfAbsent(limits, TunnelTestServlet::tunnels);
            RequestHead head = upgrade.get().upstreamHead(request.getRequestURI(), headers(request));
            UpgradeAnswer answer = some.handshake(endpoint(request), head);
            if (answer instanceof UpgradeAnswer.Switched switched) {
                String id = header(request, "X-Test", "");
                Tunnel tunnel = some.open(
                        request,
                        response,
                        upgrade.get(),
                        switched,
                        end -> ends(id).add(
                                        end.reason() + " " + end.bytesIn() + " " + end.bytesOut() + " " + end.text()));
                opened.computeIfAbsent(id, unknown -> ConcurrentHashMap.newKeySet())
                        .add(tunnel);
            } else if (answer instanceof UpgradeAnswer.Refused refused) {
                try (refused) {
                    relay(response, refused);
                }
            }
        } catch (UpgradeException e) {
            response.setHeader("Connection", "close");
            text(response, e.reason().status(), e.reason().name());
        }
    }

    private static void relay(HttpServletResponse response, UpgradeAnswer.Refused refused) throws IOException {
        response.setHeader("Connection", "close");
        if (refused.status() < 400) {
            text(response, 502, "no switch");
            return;
        }
        byte[] body = refused.body().readAllBytes();
        response.setStatus(refused.status());
        for (HeaderField header : refused.headers()) {
            if (header.is("X-Kept")) {
                response.addHeader(header.name(), header.value());
            }
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String header(HttpServletRequest request, String name, String otherwise) {
        return Optional.ofNullable(request.getHeader(name)).orElse(otherwise);
    }

    private static Tunnels tunnels(String stallAndMost) {
        String[] parts = stallAndMost.split(" ");
        TunnelLimits limits = new TunnelLimits(
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofMillis(Long.parseLong(parts[0])),
                Duration.ofSeconds(2),
                Integer.parseInt(parts[1]));
        return new Tunnels(limits, HandshakeLimits.DEFAULT);
    }

    private static UpstreamEndpoint endpoint(HttpServletRequest request) {
        int port = Integer.parseInt(request.getHeader("X-Upstream"));
        if (shared().get("trust") instanceof SSLContext trust && request.getHeader("X-Upstream-Tls") != null) {
            return UpstreamEndpoint.tls("127.0.0.1", port, new UpstreamEndpoint.Tls(trust, "localhost", true));
        }
        return UpstreamEndpoint.plain("127.0.0.1", port);
    }

    private static List<HeaderField> headers(HttpServletRequest request) {
        List<HeaderField> headers = new ArrayList<>();
        headers.add(new HeaderField("Host", "upstream"));
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                HeaderField header = new HeaderField(name, value);
                if (!header.is("Host") && !name.toLowerCase(Locale.ROOT).startsWith("x-")) {
                    headers.add(header);
                }
            }
        }
        return headers;
    }

    private static void text(HttpServletResponse response, int status, String text) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.setContentLength(text.length());
        response.getWriter().write(text);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> shared() {
        return (Map<String, Object>) System.getProperties().get(SHARED);
    }

    @SuppressWarnings("unchecked")
    private static BlockingQueue<String> ends(String id) {
        return (BlockingQueue<String>) shared().computeIfAbsent("ends " + id, key -> new LinkedBlockingQueue<String>());
    }

    @Override
    public void destroy() {
        tunnels.values().forEach(Tunnels::close);
    }
}
