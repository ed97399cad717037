package io.gatehouse.request;

import java.util.Enumeration;
import java.util.HashSet;
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

    /** Whether a lower-case name always ends at the connection. */
    public static boolean contains(String lowerCaseName) {
        return NAMES.contains(lowerCaseName);
    }

    /** The folded names that {@code Connection} values nominate; apply them to that side's own headers only. */
    public static Set<String> nominated(Enumeration<String> connectionValues) {
        if (!connectionValues.hasMoreElements()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        while (connectionValues.hasMoreElements()) {
            for (String token : connectionValues.nextElement().split(",")) {
                String name = ManagedHeaders.fold(token.strip());
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
