package io.gatehouse.plugin.kubernetes;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster, a user or a context of a kubeconfig.
 *
 * @param file the kubeconfig that it stands in; relative file names count from there
 * @param kind {@code cluster}, {@code user} or {@code context}
 * @param name its name
 * @param body what was written below {@code kind}
 */
record KubeEntry(Path file, String kind, String name, Map<?, ?> body) {

    /** A text; an empty one counts as absent, as for kubectl. */
    Optional<String> text(String key) throws UnusableException {
        Object value = body.get(key);
        if (value == null || value.equals("")) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw problem(key + ": expected a text; put it in quotes");
    }

    /** A flag; absent is false. */
    boolean flag(String key) throws UnusableException {
        Object value = body.get(key);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw problem(key + ": expected true or false");
    }

    /** A list; absent is empty. */
    List<?> list(String key) throws UnusableException {
        Object value = body.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw problem(key + ": expected a list");
    }

    /** An entry below this one, such as {@code exec}. */
    Optional<KubeEntry> child(String key) throws UnusableException {
        Object value = body.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Map<?, ?> map) {
            return Optional.of(new KubeEntry(file, kind, name, map));
        }
        throw problem(key + ": expected a mapping");
    }

    /** The name of a file. */
    Optional<Path> path(String key) throws UnusableException {
        Optional<String> text = text(key);
        return text.isPresent() ? Optional.of(resolve(key, text.get())) : Optional.empty();
    }

    /** A file name that counts from the kubeconfig's folder. */
    Path resolve(String key, String text) throws UnusableException {
        try {
            return file.resolveSibling(text).normalize();
        } catch (InvalidPathException e) {
            throw problem(key + ": not a file name");
        }
    }

    /** A failure that names this entry. */
    UnusableException problem(String message) {
        return new UnusableException(kind + " \"" + name + "\": " + message);
    }
}
