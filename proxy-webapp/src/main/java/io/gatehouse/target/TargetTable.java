package io.gatehouse.target;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what serves a request: by host name first, then by the longest path prefix, whole segments only.
 *
 * @param <R> what is found
 */
public final class TargetTable<R> {

    /**
     * What was found.
     *
     * @param route what serves it
     * @param segments how many leading path segments belong to the prefix and are not sent on
     */
    public record Match<R>(R route, int segments) {}

    private final Map<String, R> byHost;
    private final Map<String, Match<R>> byPrefix;
    private final int deepest;

    private TargetTable(Map<String, R> byHost, Map<String, Match<R>> byPrefix, int deepest) {
        this.byHost = Map.copyOf(byHost);
        this.byPrefix = Map.copyOf(byPrefix);
        this.deepest = deepest;
    }

    /**
     * What serves a request.
     *
     * @param host lower case, without a port
     * @param path canonical
     */
    public Optional<Match<R>> find(String host, String path) {
        R byName = byHost.get(host);
        if (byName != null) {
            return Optional.of(new Match<>(byName, 0));
        }
        Match<R> best = byPrefix.get("/");
        int at = 0;
        for (int depth = 0; depth < deepest; depth++) {
            at = path.indexOf('/', at + 1);
            if (at < 0) {
                break;
            }
            Match<R> deeper = byPrefix.get(path.substring(0, at + 1));
            best = deeper == null ? best : deeper;
        }
        return Optional.ofNullable(best);
    }

    /** Whether a host name of its own is served here; lower case, without a port. */
    public boolean servesHost(String host) {
        return byHost.containsKey(host);
    }

    /** The host name of its own that something is served under. */
    public Optional<String> hostOf(R route) {
        return byHost.entrySet().stream()
                .filter(entry -> entry.getValue().equals(route))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Collects entries. */
    public static final class Builder<R> {

        private final Map<String, R> byHost = new HashMap<>();
        private final Map<String, Match<R>> byPrefix = new HashMap<>();
        private int deepest;

        /** Serves a host name; false when it is taken. */
        public boolean host(String host, R route) {
            return byHost.putIfAbsent(host, route) == null;
        }

        /** Serves a prefix with a slash at both ends; false when it is taken. */
        public boolean prefix(String prefix, R route) {
            int segments = (int) prefix.chars().filter(c -> c == '/').count() - 1;
            deepest = Math.max(deepest, segments);
            return byPrefix.putIfAbsent(prefix, new Match<>(route, segments)) == null;
        }

        public TargetTable<R> build() {
            return new TargetTable<>(byHost, byPrefix, deepest);
        }
    }
}
