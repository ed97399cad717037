package io.gatehouse.pipeline;

import io.gatehouse.request.ManagedHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The request headers that the plugins of a target have asked to see. Managed ones are never among them. */
public final class DeclaredHeaders {

    private final Set<String> names;

    public DeclaredHeaders(Collection<String> declared, ManagedHeaders managed) {
        names = declared.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !managed.contains(ManagedHeaders.fold(name)) && !name.equals("cookie"))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Their values in a request, by lower-case name. */
    Map<String, List<String>> of(HttpServletRequest request) {
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> values = new HashMap<>();
        for (String name : names) {
            List<String> sent = Collections.list(request.getHeaders(name));
            if (!sent.isEmpty()) {
                values.put(name, List.copyOf(sent));
            }
        }
        return Map.copyOf(values);
    }
}
