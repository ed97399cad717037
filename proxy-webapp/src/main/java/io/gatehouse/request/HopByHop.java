package io.gatehouse.request;

import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Header fields that end at each connection, RFC 9110 7.6.1, and those that {@code Connection} nominates. */
public final class HopByHop {

    private static final Set<String> NAMES = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    private HopByHop() {}

    /** Whether a folded name always ends at the connection. */
    public static boolean contains(String folded) {
        return NAMES.contains(folded);
    }

    /** The folded names that {@code Connection} values nominate; apply them to that side's own headers only. */
    public static Set<String> nominated(Iterator<String> connectionValues) {
        if (!connectionValues.hasNext()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        while (connectionValues.hasNext()) {
            for (String token : connectionValues.next().split(",")) {
                String name = ManagedHeaders.fold(token.strip());
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
