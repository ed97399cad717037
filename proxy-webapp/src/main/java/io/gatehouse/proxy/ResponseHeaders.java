package io.gatehouse.proxy;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.ManagedHeaders;
import io.gatehouse.tunnel.HeaderField;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.http.Header;
import org.apache.http.HttpResponse;

/** Copies the fields of an upstream's answer that are the client's to see. */
final class ResponseHeaders {

    /** What an upstream may not say about an origin that it shares with others. */
    private static final Set<String> ORIGIN_WIDE =
            Set.of("clear-site-data", "service-worker-allowed", "strict-transport-security");

    private ResponseHeaders() {}

    /** @param sharedOrigin whether the target is served under a path, beside others */
    static void copy(HttpResponse upstream, HttpServletResponse response, boolean sharedOrigin) {
        Header[] connection = upstream.getHeaders("Connection");
        Set<String> nominated = connection.length == 0
                ? Set.of()
                : HopByHop.nominated(
                        Arrays.stream(connection).map(Header::getValue).iterator());
        int status = upstream.getStatusLine().getStatusCode();
        boolean bodiless = status == 204 || status == 304;
        for (Header header : upstream.getAllHeaders()) {
            String value = header.getValue();
            boolean dropped = value == null || bodiless && header.getName().equalsIgnoreCase("Content-Length");
            if (!dropped && !isHidden(header.getName(), value, nominated, sharedOrigin)) {
                response.addHeader(header.getName(), value);
            }
        }
    }

    /** @param sharedOrigin whether the target is served under a path, beside others */
    static void copy(int status, List<HeaderField> fields, HttpServletResponse response, boolean sharedOrigin) {
        boolean bodiless = status == 204 || status == 304;
        for (HeaderField field : shown(fields, sharedOrigin)) {
            if (!bodiless || !field.is("Content-Length")) {
                response.addHeader(field.name(), field.value());
            }
        }
    }

    /** The fields of an answer that are the client's to see. */
    static List<HeaderField> shown(List<HeaderField> fields, boolean sharedOrigin) {
        Set<String> nominated = HopByHop.nominated(fields.stream()
                .filter(field -> field.is("Connection"))
                .map(HeaderField::value)
                .iterator());
        return fields.stream()
                .filter(field -> !isHidden(field.name(), field.value(), nominated, sharedOrigin))
                .toList();
    }

    private static boolean isHidden(String name, String value, Set<String> nominated, boolean sharedOrigin) {
        String folded = ManagedHeaders.fold(name);
        return HopByHop.contains(folded)
                || nominated.contains(folded)
                || !io.gatehouse.spi.Header.isToken(name)
                || sharedOrigin && ORIGIN_WIDE.contains(folded)
                || folded.equals("set-cookie") && isOurs(value)
                || !RequestHeaders.isFieldValue(value);
    }

    private static boolean isOurs(String setCookie) {
        String name = setCookie.strip();
        return name.startsWith(RequestHeaders.COOKIE_PREFIX)
                || name.startsWith("__Host-" + RequestHeaders.COOKIE_PREFIX);
    }
}
