package io.gatehouse.pipeline;

import io.gatehouse.request.Guard;
import io.gatehouse.spi.Credential;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * What a browser may do with the credentials that it sends by itself: Basic, client certificates, and its session.
 * Whatever is served on one origin can act as whoever is logged in there, so on an origin that targets share they count
 * for nothing unless the administrator wrote {@code shared-origin}; and another site's page may at most lead here, never
 * act here (Fetch Metadata Request Headers, W3C).
 */
final class BrowserRule {

    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private BrowserRule() {}

    /** @throws RefusedException when a browser may not use its credential for this */
    static void check(HttpServletRequest request, Guard.Admitted admitted, Question question, Route route) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean byItself = question.credential() instanceof Credential.Basic
                || question.credential() instanceof Credential.ClientCertificate
                || question.credential() instanceof Credential.Session;
        if (!byItself) {
            return;
        }
        if (site == null) {
            checkOrigin(request, admitted, question, route);
            return;
        }
        if (!servesBrowsers(route)) {
            throw notServed("a browser's own credential on a shared origin");
        }
        if (!OWN_SITES.contains(site) && !leadsHere(request, question)) {
            throw refused("another site's page used a browser's credential", "requests from other sites are refused");
        }
    }

    /**
     * Spares a person the question for a password that would not count.
     *
     * @throws RefusedException when a browser has gone where it is not served
     */
    static void checkBeforeAsking(HttpServletRequest request, Question question, Route route) {
        if (!servesBrowsers(route)
                && question.credential() instanceof Credential.None
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))) {
            throw notServed("a browser came to a shared origin");
        }
    }

    private static boolean servesBrowsers(Route route) {
        return route.ownOrigin() || route.sharedOrigin();
    }

    private static RefusedException notServed(String reason) {
        return refused(reason, "browsers are not served here; use kubectl or another program");
    }

    /** The person goes here; what another page has loaded into a frame of its own is not that. */
    private static boolean leadsHere(HttpServletRequest request, Question question) {
        String destination = request.getHeader("Sec-Fetch-Dest");
        return question.upgrade().isEmpty()
                && question.method().equals("GET")
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && (destination == null || destination.equals("document"));
    }

    /**
     * A browser too old for fetch metadata still says where an unsafe request or a WebSocket comes from, and so does
     * Chromium, which sends no metadata with a WebSocket.
     */
    private static void checkOrigin(
            HttpServletRequest request, Guard.Admitted admitted, Question question, Route route) {
        String origin = request.getHeader("Origin");
        boolean safe = question.upgrade().isEmpty()
                && (question.method().equals("GET") || question.method().equals("HEAD"));
        if (origin == null && !safe && question.credential() instanceof Credential.Session) {
            throw refused(
                    "a session was used for an unsafe request that does not say where it comes from",
                    "requests from other sites are refused");
        }
        if (origin == null) {
            return;
        }
        if (!isOwn(origin, admitted)) {
            throw refused("another site's page used a browser's credential", "requests from other sites are refused");
        }
        if (!servesBrowsers(route) && isBrowser(request)) {
            throw notServed("a browser's own credential on a shared origin");
        }
    }

    /** A page that came in clear is not that of a host over TLS: anybody on the way may have written it. */
    private static boolean isOwn(String origin, Guard.Admitted admitted) {
        String host = admitted.hostAndPort();
        return origin.equalsIgnoreCase("https://" + host)
                || !admitted.scheme().equals("https") && origin.equalsIgnoreCase("http://" + host);
    }

    /** As each has said for thirty years, and no page can change for a WebSocket. Some programs send an Origin, too. */
    private static boolean isBrowser(HttpServletRequest request) {
        String agent = request.getHeader("User-Agent");
        return agent != null && agent.startsWith("Mozilla/");
    }

    private static RefusedException refused(String reason, String message) {
        return new RefusedException(403, "deny", reason, message);
    }
}
