package io.gatehouse.server;

import io.gatehouse.pipeline.AsyncAnswer;
import io.gatehouse.pipeline.Pipeline;
import io.gatehouse.proxy.ClientGoneException;
import io.gatehouse.proxy.TruncatedResponseException;
import io.gatehouse.tunnel.BrokenAnswer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one servlet: everything that reaches the WAR comes through here. */
public final class GatehouseServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(GatehouseServlet.class);

    /** The context attribute under which the standalone mode hands over an application that it has started. */
    public static final String APPLICATION = Gatehouse.class.getName();

    private transient Optional<Gatehouse> gatehouse = Optional.empty();
    private transient boolean own;

    @Override
    public void init() {
        if (getServletContext().getAttribute(APPLICATION) instanceof Gatehouse started) {
            gatehouse = Optional.of(started);
            return;
        }
        Optional<Path> home = Home.of(getServletContext());
        if (home.isEmpty() || !Files.isDirectory(home.get())) {
            LOG.error("{}", Home.hint(home));
            return;
        }
        own = true;
        ContainerCheck.warn(getServletContext());
        Gatehouse started = new Gatehouse(home.get(), BuiltInPlugins.in(getServletContext()), System::getenv);
        if (!started.problems().isEmpty()) {
            LOG.error("The configuration has problems:\n{}", io.gatehouse.config.Problems.numbered(started.problems()));
        }
        gatehouse = Optional.of(started);
        LOG.info("Gatehouse serves {} targets from {}", started.targetNames().size(), home.get());
    }

    @Override
    public void destroy() {
        if (own) {
            gatehouse.ifPresent(Gatehouse::close);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(AsyncAnswer.BEGUN) != null) {
            BrokenAnswer.end(request, response);
            return;
        }
        if (gatehouse.isEmpty()) {
            SetUpPage.write(response);
            return;
        }
        Optional<Pipeline> pipeline = gatehouse.get().pipeline();
        if (isProbe(request, pipeline)) {
            probe(request, response);
        } else if (pipeline.isEmpty()) {
            text(response, 503, "Gatehouse has no usable configuration, or is stopping; its log says more\n");
        } else {
            try {
                pipeline.get().handle(request, response);
            } catch (ClientGoneException | TruncatedResponseException e) { // on the record already
                BrokenAnswer.end(request, response);
            }
        }
    }

    /** Probes are answered before anything else and leave no record; a target's own host name has its own. */
    private static boolean isProbe(HttpServletRequest request, Optional<Pipeline> pipeline) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        boolean probe = (path.equals("/livez") || path.equals("/readyz"))
                && (request.getMethod().equals("GET") || request.getMethod().equals("HEAD"));
        return probe
                && !pipeline.filter(known -> known.servesHost(request.getServerName()))
                        .isPresent();
    }

    private void probe(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Health health = gatehouse.get().health();
        boolean alive = request.getRequestURI().endsWith("/livez");
        text(response, alive || health.ready() ? 200 : 503, alive ? "ok\n" : health.page());
    }

    private static void text(HttpServletResponse response, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
