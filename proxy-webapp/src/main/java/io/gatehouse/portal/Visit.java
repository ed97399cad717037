package io.gatehouse.portal;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.login.Session;
import io.gatehouse.login.SessionAuthenticator;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.pipeline.Rules;
import io.gatehouse.request.Guard;
import io.gatehouse.spi.Header;
import io.gatehouse.tunnel.UnreadBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request to Gatehouse itself, and the ways to answer it.
 *
 * @param path behind {@code /gatehouse}, beginning with a slash
 * @param session of the browser, when it goes on
 * @param rules what is served besides
 * @param bodies reads its body
 */
record Visit(
        HttpServletRequest request,
        HttpServletResponse response,
        Guard.Admitted admitted,
        RequestRecord record,
        String path,
        Optional<Session> session,
        Rules rules,
        BodyText bodies) {

    /** No script at all; a form leads to us, an image is ours, and nobody may show us in a frame. */
    private static final String CONTENT_POLICY = "default-src 'none'; style-src 'self'; img-src 'self';"
            + " form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    boolean is(String method, String wanted) {
        return admitted.method().equals(method) && path.equals(wanted);
    }

    Map<String, List<String>> query() {
        return Parameters.parse(admitted.target().query());
    }

    String parameter(String name) {
        return one(query(), name);
    }

    /** The one value of a parameter, or an empty text. */
    static String one(Map<String, List<String>> values, String name) {
        List<String> known = values.getOrDefault(name, List.of());
        return known.size() == 1 ? known.get(0) : "";
    }

    /** Says to the record who it is and that they may. */
    void allow(Session known, String reason) {
        record.subject(known.identity(), known.authenticator(), SessionAuthenticator.CREDENTIAL);
        record.verdict("allow", reason);
    }

    void allow(String reason) {
        record.verdict("allow", reason);
    }

    /**
     * Refuses what another site's page has a browser do (Fetch Metadata Request Headers, W3C; RFC 6454 for those that do
     * not say).
     */
    void requireOwnSite() {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader("Origin");
        boolean ours = site != null
                ? site.equals("same-origin")
                : (admitted.scheme() + "://" + admitted.hostAndPort()).equalsIgnoreCase(origin);
        if (!ours) {
            throw new RefusedException(
                    403, "deny", "another site's page, or none that is told", "requests from other sites are refused");
        }
    }

    /** Programs say nothing of sites; whoever does is a browser. Before anything is counted: it is not the person's doing. */
    void refuseOtherSites() {
        if (request.getHeader("Sec-Fetch-Site") != null || request.getHeader("Origin") != null) {
            requireOwnSite();
        }
    }

    void page(int status, Html page, List<Header> fields) throws IOException {
        response.setHeader("Content-Security-Policy", CONTENT_POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        answer(status, "text/html;charset=utf-8", page.toString(), fields);
    }

    void answer(int status, String type, String text, List<Header> fields) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        head(status, fields);
        response.setContentType(type);
        response.setContentLength(body.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(body);
        }
    }

    void redirect(String to, List<Header> fields) throws IOException {
        head(303, fields);
        response.setHeader("Location", to);
        response.setContentLength(0);
    }

    /** Answers whoever has not logged in. @param loginPage where they do */
    void redirectToLogin(String loginPage) throws IOException {
        record.verdict("unauthenticated", "nobody has logged in");
        redirect(loginPage, List.of());
    }

    private void head(int status, List<Header> fields) throws IOException {
        boolean mayHaveBody = request.getProtocol().startsWith("HTTP/1")
                && (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null);
        if (mayHaveBody && !request.getInputStream().isFinished()) { // nobody reads it, and nobody is to wait for it
            response.setHeader("Connection", "close");
            UnreadBody.abandon(request);
        }
        response.setStatus(status); // afterwards: Tomcat takes what is abandoned for an error
        fields.forEach(field -> response.addHeader(field.name(), field.value()));
        if (response.getHeader("Cache-Control") == null) {
            response.setHeader("Cache-Control", "no-store");
        }
        response.setHeader("X-Content-Type-Options", "nosniff");
    }
}
