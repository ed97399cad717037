package io.gatehouse.pipeline;

import io.gatehouse.request.HopByHop;
import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.ManagedHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The request headers that the plugins of a target have asked to see. What they judge by is what the upstream reads:
 * managed headers and those that end at the connection are never among them.
 */
public final class DeclaredHeaders {

    private final Set<String> names;

    /** One of them for each folded spelling. */
    private final Map<String, String> folded;

    public DeclaredHeaders(Collection<String> declared, ManagedHeaders managed) {
        Set<String> shown = new HashSet<>();
        Map<String, String> spellings = new HashMap<>();
        for (String name : declared) {
            String fold = ManagedHeaders.fold(name);
            if (!managed.contains(fold) && !HopByHop.contains(fold) && !fold.equals("cookie")) {
                shown.add(name.toLowerCase(Locale.ROOT));
                spellings.put(fold, name.toLowerCase(Locale.ROOT));
            }
        }
        folded = Map.copyOf(spellings);
        names = Set.copyOf(shown);
    }

    /**
     * Their values in a request, by lower-case name.
     *
     * @throws InvalidRequestException when the upstream would read others
     */
    Map<String, List<String>> of(HttpServletRequest request) {
        if (names.isEmpty()) {
            return Map.of();
        }
        requireForwarded(request);
        Map<String, List<String>> values = new HashMap<>();
        for (String name : names) {
            List<String> sent = Collections.list(request.getHeaders(name));
            if (!sent.isEmpty()) {
                values.put(name, List.copyOf(sent));
            }
        }
        return Map.copyOf(values);
    }

    /** A nominated field goes no further (RFC 9110 7.6.1), and CGI and WSGI read every spelling as one. */
    private void requireForwarded(HttpServletRequest request) {
        for (String nominated :
                HopByHop.nominated(request.getHeaders("Connection").asIterator())) {
            if (folded.containsKey(nominated)) {
                throw new InvalidRequestException(
                        "a plugin judges by the header " + folded.get(nominated) + ", and Connection takes it away");
            }
        }
        for (Enumeration<String> sent = request.getHeaderNames(); sent.hasMoreElements(); ) {
            String name = sent.nextElement();
            String declared = folded.get(ManagedHeaders.fold(name));
            if (declared != null && !names.contains(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidRequestException(
                        "a header is another spelling of " + declared + ", by which a plugin judges");
            }
        }
    }
}
