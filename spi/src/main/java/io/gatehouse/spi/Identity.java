package io.gatehouse.spi;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who it is, in the shape of Kubernetes' {@code UserInfo}.
 *
 * @param user never empty
 * @param uid where the method knows one
 * @param groups in the method's order, without repetition
 * @param extra further facts; keys are lower case
 * @param method how it was proven, such as {@code basic} or {@code client-certificate}
 * @param expires when the proof ends, where it does: streams are closed then
 */
public record Identity(
        String user,
        Optional<String> uid,
        List<String> groups,
        Map<String, List<String>> extra,
        String method,
        Optional<Instant> expires) {

    /**
     * The method of somebody whom a proven person was allowed to be taken for ({@code kubectl --as}). The host's own: an
     * authenticator that gives it is refused.
     */
    public static final String IMPERSONATION = "impersonation";

    /** @throws IllegalArgumentException when the user is empty */
    public Identity {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("an identity needs a user");
        }
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(expires, "expires");
        groups = List.copyOf(new LinkedHashSet<>(groups));
        Map<String, List<String>> copy = new LinkedHashMap<>();
        extra.forEach((key, values) -> copy.put(key, List.copyOf(values)));
        extra = Collections.unmodifiableMap(copy);
    }

    /** A user without groups. */
    public static Identity of(String user, String method) {
        return new Identity(user, Optional.empty(), List.of(), Map.of(), method, Optional.empty());
    }

    /** The same with a uid, in place of an earlier one. */
    public Identity withUid(String newUid) {
        return new Identity(user, Optional.of(newUid), groups, extra, method, expires);
    }

    /** The same with these groups, in place of the earlier ones. */
    public Identity withGroups(Collection<String> newGroups) {
        return new Identity(user, uid, List.copyOf(newGroups), extra, method, expires);
    }

    /** The same with these further facts, in place of the earlier ones; keys in lower case. */
    public Identity withExtra(Map<String, List<String>> newExtra) {
        return new Identity(user, uid, groups, newExtra, method, expires);
    }

    /** The same with an end of the proof, in place of an earlier one. */
    public Identity withExpires(Instant newExpires) {
        return new Identity(user, uid, groups, extra, method, Optional.of(newExpires));
    }
}
