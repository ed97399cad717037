package io.gatehouse.target;

import io.gatehouse.request.PathPattern;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a target takes at all, whoever asks; an empty {@code accept} takes everything.
 *
 * @param acceptHosts names that the client may have asked for, {@code *.example.com} for those below
 * @param rejectHosts names that it may not
 * @param acceptMethods HTTP methods, and {@link #UPGRADE}, which a request that switches protocols needs instead of its own
 * @param rejectMethods those that are refused
 * @param allowPaths all others do not exist
 * @param rejectPaths those that are refused
 * @param ignorePaths what anybody may have without a login
 */
public record EntryRules(
        Set<String> acceptHosts,
        Set<String> rejectHosts,
        Set<String> acceptMethods,
        Set<String> rejectMethods,
        List<PathPattern> allowPaths,
        List<PathPattern> rejectPaths,
        List<PathPattern> ignorePaths) {

    /** The method of a request that switches protocols. */
    public static final String UPGRADE = "UPGRADE";

    /** Takes everything, after a login. */
    public static final EntryRules NONE =
            new EntryRules(Set.of(), Set.of(), Set.of(), Set.of(), List.of(), List.of(), List.of());

    /**
     * A request that is not taken.
     *
     * @param status 403, or 404 for a path that is not allowed
     * @param rule as it is written in the configuration
     */
    public record Refusal(int status, String rule) {}

    /**
     * Judges a request before anybody is asked who it is.
     *
     * @param host lower case, without a port
     * @param method an HTTP method or {@link #UPGRADE}
     * @param path canonical, inside the target
     */
    public Optional<Refusal> refusal(String host, String method, String path) {
        if (!acceptHosts.isEmpty() && !has(acceptHosts, host)) {
            return Optional.of(new Refusal(403, "accept-hosts"));
        }
        if (has(rejectHosts, host)) {
            return Optional.of(new Refusal(403, "reject-hosts"));
        }
        if (!acceptMethods.isEmpty() && !acceptMethods.contains(method)) {
            return Optional.of(new Refusal(403, "accept-methods"));
        }
        if (rejectMethods.contains(method)) {
            return Optional.of(new Refusal(403, "reject-methods"));
        }
        if (!allowPaths.isEmpty() && first(allowPaths, path).isEmpty()) {
            return Optional.of(new Refusal(404, "allow-paths"));
        }
        return first(rejectPaths, path).map(pattern -> new Refusal(403, "reject-paths: " + pattern));
    }

    /** The pattern by which a path is anybody's. */
    public Optional<PathPattern> ignored(String path) {
        return first(ignorePaths, path);
    }

    private static boolean has(Set<String> names, String host) {
        if (names.isEmpty() || names.contains(host)) {
            return !names.isEmpty();
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (names.contains("*" + host.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    private static Optional<PathPattern> first(List<PathPattern> patterns, String path) {
        for (PathPattern pattern : patterns) {
            if (pattern.matches(path)) {
                return Optional.of(pattern);
            }
        }
        return Optional.empty();
    }
}
