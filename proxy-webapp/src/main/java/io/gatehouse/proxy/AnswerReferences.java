package io.gatehouse.proxy;

import io.gatehouse.target.WebRules.ForeignRedirects;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;

/** The fields of an answer that refer to places of the upstream, as the client is to see them. */
final class AnswerReferences {

    private static final Set<String> NAMES = Set.of("location", "content-location", "refresh", "link", "set-cookie");

    private final Exchange exchange;
    private LinkMap links;

    AnswerReferences(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Whether a field, by its folded name, refers to something. */
    static boolean concerns(String folded) {
        return NAMES.contains(folded);
    }

    /** The value for the client; nothing when it is not to have the field. */
    Optional<String> shown(String folded, String value) {
        return switch (folded) {
            case "set-cookie" -> Optional.of(CookieScope.narrowed(value, links()));
            case "refresh" -> refresh(value);
            case "link" -> Optional.of(linked(value));
            default -> Optional.of(links().read(value).applied(value));
        };
    }

    private LinkMap links() {
        if (links == null) {
            links = LinkMap.of(exchange); // here, as most answers refer to nothing
        }
        return links;
    }

    private Optional<String> refresh(String value) {
        int start = RefreshTarget.start(value);
        if (start < 0) {
            return Optional.of(value);
        }
        String reference = value.substring(start);
        LinkMap.Reading reading = links().read(reference);
        boolean refused =
                reading.kind() == LinkMap.Kind.FOREIGN && exchange.web().foreignRedirects() == ForeignRedirects.REFUSE;
        return refused ? Optional.empty() : Optional.of(value.substring(0, start) + reading.applied(reference));
    }

    /** What stands in angle brackets, RFC 8288 3; not those in a quoted title. */
    private String linked(String value) {
        StringBuilder linked = new StringBuilder(value.length() + 64);
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            quoted ^= c == '"';
            int end = c == '<' && !quoted ? value.indexOf('>', i) : -1;
            linked.append(c);
            if (end > 0) {
                String reference = value.substring(i + 1, end);
                linked.append(links().read(reference).applied(reference));
                i = end - 1;
            }
        }
        return linked.toString();
    }

    /**
     * Lets no redirect pass that leads a client's credentials to another host. A browser keeps them to itself; programs
     * often do not.
     *
     * @throws UpstreamFailureException when the answer is one, and the target's rules refuse it
     */
    static void checkRedirect(HttpResponse upstream, Exchange exchange, HttpServletRequest request)
            throws UpstreamFailureException {
        Header[] locations = upstream.getHeaders("Location");
        int status = upstream.getStatusLine().getStatusCode();
        if (locations.length == 0 || status < 300 || status > 399) {
            return;
        }
        String location = locations[0].getValue();
        if (locations.length > 1 || location.chars().anyMatch(c -> c < ' ')) {
            throw new UpstreamFailureException(
                    502, "target " + exchange.target() + " redirected in a way that has no single reading", null);
        }
        boolean passes = switch (exchange.web().foreignRedirects()) {
            case PASS -> true;
            case BROWSERS -> request.getHeader("Sec-Fetch-Site") != null;
            case REFUSE -> false;
        };
        if (!passes && LinkMap.of(exchange).read(location).kind() == LinkMap.Kind.FOREIGN) {
            throw new UpstreamFailureException(
                    502,
                    "target " + exchange.target() + " redirected to another host, which is refused (foreign-redirects)",
                    new IOException("to " + location.split("[?#]", 2)[0])); // the query may hold a secret
        }
    }
}
