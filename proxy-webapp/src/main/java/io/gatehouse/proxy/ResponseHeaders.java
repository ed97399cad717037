package io.gatehouse.proxy;

import io.gatehouse.request.HopByHop;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.Locale;
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
        Set<String> nominated = nominated(upstream.getHeaders("Connection"));
        int status = upstream.getStatusLine().getStatusCode();
        boolean bodiless = status == 204 || status == 304;
        for (Header header : upstream.getAllHeaders()) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            boolean dropped = nominated.contains(name) || bodiless && name.equals("content-length");
            if (!dropped && header.getValue() != null && !isHidden(name, header.getValue(), sharedOrigin)) {
                response.addHeader(header.getName(), header.getValue());
            }
        }
    }

    /** Whether a field of an upstream's answer is not for the client. */
    static boolean isHidden(String fieldName, String value, boolean sharedOrigin) {
        String name = fieldName.toLowerCase(Locale.ROOT);
        return HopByHop.contains(name)
                || !io.gatehouse.spi.Header.isToken(name)
                || sharedOrigin && ORIGIN_WIDE.contains(name)
                || name.equals("set-cookie") && isOurs(value)
                || !RequestHeaders.isFieldValue(value);
    }

    private static Set<String> nominated(Header[] connection) {
        if (connection.length == 0) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (Header header : connection) {
            for (String token : header.getValue().split(",")) {
                names.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static boolean isOurs(String setCookie) {
        String name = setCookie.strip();
        return name.startsWith(RequestHeaders.COOKIE_PREFIX)
                || name.startsWith("__Host-" + RequestHeaders.COOKIE_PREFIX);
    }
}
