package io.gatehouse.proxy;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.tunnel.HeaderField;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;

/** Copies the fields of an upstream's answer that are the client's to see. */
final class ResponseHeaders {

    /** What an upstream may not say about an origin that it shares with others. */
    private static final Set<String> ORIGIN_WIDE =
            Set.of("clear-site-data", "service-worker-allowed", "strict-transport-security");

    private ResponseHeaders() {}

    /**
     * Copies the head.
     *
     * @param page what becomes of the body, if anything does
     * @param heldTags the entity tags that the client has, as it sent them
     */
    static void copy(
            HttpResponse upstream,
            HttpServletResponse client,
            Exchange exchange,
            Optional<PageRewriting> page,
            Optional<String> heldTags) {
        HttpServletResponse response = new SingleFields(client);
        Header[] connection = upstream.getHeaders("Connection");
        Set<String> nominated = connection.length == 0
                ? Set.of()
                : HopByHop.nominated(
                        Arrays.stream(connection).map(Header::getValue).iterator());
        int status = upstream.getStatusLine().getStatusCode();
        boolean bodiless = status == 204 || status == 304;
        AnswerReferences references = new AnswerReferences(exchange);
        for (Header header : upstream.getAllHeaders()) {
            String value = header.getValue();
            String folded = ManagedHeaders.fold(header.getName());
            boolean dropped = value == null
                    || bodiless && folded.equals("content-length")
                    || page.isPresent() && page.get().hides(folded)
                    || isHidden(
                            header.getName(),
                            folded,
                            value,
                            nominated,
                            !exchange.prefix().isEmpty());
            if (dropped) {
                continue;
            }
            if (AnswerReferences.concerns(folded)) {
                references.shown(folded, value).ifPresent(shown -> response.addHeader(header.getName(), shown));
            } else if (folded.equals("etag") && (page.isPresent() || status == 304 && isHeldWeak(value, heldTags))) {
                response.addHeader(header.getName(), PageRewriting.weakened(value));
            } else {
                response.addHeader(header.getName(), value);
            }
        }
    }

    /** Whether the client has got a tag in the weak form, with a page that was rewritten. */
    private static boolean isHeldWeak(String tag, Optional<String> heldTags) {
        return heldTags.isPresent() && heldTags.get().contains("W/" + tag);
    }

    /** The fields of an answer to an upgrade that are the client's to see. */
    static List<HeaderField> shown(List<HeaderField> fields, Exchange exchange) {
        Set<String> nominated = HopByHop.nominated(fields.stream()
                .filter(field -> field.is("Connection"))
                .map(HeaderField::value)
                .iterator());
        AnswerReferences references = new AnswerReferences(exchange);
        List<HeaderField> shown = new ArrayList<>();
        for (HeaderField field : fields) {
            String folded = ManagedHeaders.fold(field.name());
            if (isHidden(
                    field.name(),
                    folded,
                    field.value(),
                    nominated,
                    !exchange.prefix().isEmpty())) {
                continue;
            }
            if (AnswerReferences.concerns(folded)) {
                references
                        .shown(folded, field.value())
                        .ifPresent(value -> shown.add(new HeaderField(field.name(), value)));
            } else {
                shown.add(field);
            }
        }
        return shown;
    }

    private static boolean isHidden(
            String name, String folded, String value, Set<String> nominated, boolean sharedOrigin) {
        return HopByHop.contains(folded)
                || nominated.contains(folded)
                || !io.gatehouse.spi.Header.isToken(name)
                || sharedOrigin && ORIGIN_WIDE.contains(folded)
                || folded.equals("set-cookie") && CookieScope.isOurs(value)
                || !RequestHeaders.isFieldValue(value);
    }
}
