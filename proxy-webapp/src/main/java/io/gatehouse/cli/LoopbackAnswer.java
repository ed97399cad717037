package io.gatehouse.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A port of this machine's own, where the browser brings the code (RFC 8252, 7.3). It takes the first that fits. */
final class LoopbackAnswer implements AutoCloseable {

    private static final Pattern CODE = Pattern.compile("code=([A-Za-z0-9_-]{1,64})&state=([A-Za-z0-9_-]{1,64})");

    private final HttpServer server;
    private final String state;
    private final CompletableFuture<String> code = new CompletableFuture<>();

    /** @param state what comes back with the code */
    LoopbackAnswer(String state) throws IOException {
        this.state = state;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher matcher = CODE.matcher(query == null ? "" : query);
        boolean ours = matcher.matches() && matcher.group(2).equals(state);
        byte[] text = (ours
                        ? "You are logged in. You can close this page.\n"
                        : "This is not the answer to your login.\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=utf-8");
        exchange.sendResponseHeaders(ours ? 200 : 400, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
        if (ours) {
            code.complete(matcher.group(1));
        }
    }

    /** The code; nothing when nobody brings one in time. */
    Optional<String> await(long minutes) throws InterruptedException {
        try {
            return Optional.of(code.get(minutes, TimeUnit.MINUTES));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
