package io.gatehouse.plugin.kubernetes;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A context with what it refers to.
 *
 * @param entry the context itself
 * @param cluster absent when it names none, or one that there is not
 * @param user likewise
 */
record KubeContext(KubeEntry entry, Optional<KubeEntry> cluster, Optional<KubeEntry> user) {

    String name() {
        return entry.name();
    }

    Path file() {
        return entry.file();
    }

    /** Says in messages which context is meant. */
    String label() {
        return "context \"" + name() + "\" of " + file();
    }

    KubeEntry requireCluster() throws UnusableException {
        return required("cluster", cluster);
    }

    /** The user; absent when the context names none, which is a cluster that wants no credentials. */
    Optional<KubeEntry> findUser() throws UnusableException {
        return entry.text("user").isEmpty() ? Optional.empty() : Optional.of(required("user", user));
    }

    private KubeEntry required(String kind, Optional<KubeEntry> found) throws UnusableException {
        if (found.isPresent()) {
            return found.get();
        }
        Optional<String> name = entry.text(kind);
        throw new UnusableException(
                name.isPresent() ? "there is no " + kind + " \"" + name.get() + "\"" : "it names no " + kind);
    }
}
