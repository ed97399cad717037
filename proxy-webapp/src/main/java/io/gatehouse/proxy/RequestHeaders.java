package io.gatehouse.proxy;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.request.TokenProtocol;
import io.gatehouse.spi.Header;
import io.gatehouse.spi.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The header fields that go to an upstream: what the client may say, then what we say. */
public final class RequestHeaders {

    /** How the names of our own cookies begin. */
    public static final String COOKIE_PREFIX = "gatehouse";

    private static final String PROTOCOLS = ManagedHeaders.fold(TokenProtocol.FIELD);

    /** Fields that the exchange itself decides. */
    private static final Set<String> OURS = Set.of("host", "content-length", "expect", "origin-agent-cluster");

    private RequestHeaders() {}

    /**
     * Gives each field to a consumer. The client's {@code Connection} nominations remove the client's own fields only:
     * ours are added afterwards and nothing removes them (RFC 9110 7.6.1).
     */
    static void write(
            HttpServletRequest request,
            Exchange exchange,
            Optional<Secret> authorization,
            BiConsumer<String, String> to) {
        to.accept("Host", exchange.target().authority());
        String root = LinkMap.root(exchange);
        copyClientFields(request, exchange, root, to);
        boolean trailers = false;
        for (Enumeration<String> te = request.getHeaders("TE"); te.hasMoreElements(); ) {
            trailers |= te.nextElement().toLowerCase(Locale.ROOT).contains("trailers");
        }
        if (trailers) {
            to.accept("TE", "trailers");
        }
        to.accept("X-Forwarded-For", exchange.client().getHostAddress());
        to.accept("X-Forwarded-Proto", exchange.clientScheme());
        if (!exchange.clientHost().isEmpty()) {
            to.accept("X-Forwarded-Host", exchange.clientHost());
        }
        if (!root.isEmpty()) {
            to.accept("X-Forwarded-Prefix", root);
        }
        to.accept(
                exchange.target().isKubernetes() ? "Audit-ID" : "X-Request-Id",
                exchange.record().id());
        for (Header header : exchange.identityHeaders()) {
            to.accept(header.name(), header.value());
        }
        authorization.ifPresent(value -> to.accept("Authorization", value.reveal()));
    }

    private static void copyClientFields(
            HttpServletRequest request, Exchange exchange, String root, BiConsumer<String, String> to) {
        Set<String> nominated =
                HopByHop.nominated(request.getHeaders("Connection").asIterator());
        Set<String> undeclared = undeclared(exchange);
        boolean readable = LinkMap.changesPages(exchange) && PageCodings.mayAnswerWithPage(request);
        List<String> cookies = null;
        for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
            String name = names.nextElement();
            String folded = ManagedHeaders.fold(name);
            boolean dropped = OURS.contains(folded)
                    || HopByHop.contains(folded)
                    || nominated.contains(folded)
                    || exchange.managed().contains(folded)
                    || undeclared.contains(folded)
                    || !Header.isToken(name);
            if (dropped) {
                continue;
            }
            if (folded.equals(PROTOCOLS) && TokenProtocol.isOffered(request.getHeaders(name))) {
                String others = TokenProtocol.without(Collections.list(request.getHeaders(name)));
                if (!others.isEmpty() && isFieldValue(others)) {
                    to.accept(name, others);
                }
                continue;
            }
            for (Enumeration<String> values = request.getHeaders(name); values.hasMoreElements(); ) {
                String value = values.nextElement();
                if (folded.equals("cookie")) {
                    cookies = cookies == null ? new ArrayList<>() : cookies;
                    cookies.add(value);
                } else if (isFieldValue(value)) {
                    to.accept(name, readable && folded.equals("accept-encoding") ? PageCodings.narrowed(value) : value);
                }
            }
        }
        if (cookies != null) {
            // HTTP/2 splits the field, HTTP/1.1 has it once (RFC 9113 8.2.3).
            String others = withoutOurs(String.join("; ", cookies), !root.isEmpty());
            if (!others.isEmpty() && isFieldValue(others)) {
                to.accept("Cookie", others);
            }
        }
    }

    /** What the identity says although it did not declare it: nobody else may say the same, in any spelling. */
    private static Set<String> undeclared(Exchange exchange) {
        Set<String> names = Set.of();
        String previous = "";
        for (Header header : exchange.identityHeaders()) {
            String name = header.name();
            if (name.equals(previous)) {
                continue; // a field for each of many groups
            }
            previous = name;
            String folded = ManagedHeaders.fold(name);
            if (!exchange.managed().contains(folded)) {
                names = names.isEmpty() ? new HashSet<>() : names;
                names.add(folded);
            }
        }
        return names;
    }

    /** @param renamed whether names may have been changed on their way to the client */
    private static String withoutOurs(String cookies, boolean renamed) {
        if (!cookies.toLowerCase(Locale.ROOT).contains(COOKIE_PREFIX)
                && !(renamed && CookieScope.mayHaveRenamed(cookies))) {
            return cookies;
        }
        StringBuilder kept = new StringBuilder();
        for (String cookie : cookies.split(";")) {
            String pair = cookie.strip();
            if (!CookieScope.isOurs(pair) && !pair.isEmpty()) {
                kept.append(kept.isEmpty() ? "" : "; ").append(renamed ? CookieScope.original(pair) : pair);
            }
        }
        return kept.toString();
    }

    /** A value as RFC 9110 5.5 has it, obs-text included; a line end, NUL or other control byte makes it none. */
    static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 127 || c > 255) {
                return false;
            }
        }
        return true;
    }
}
