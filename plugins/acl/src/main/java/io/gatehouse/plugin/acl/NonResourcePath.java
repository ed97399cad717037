package io.gatehouse.plugin.acl;

import java.util.List;
import java.util.Locale;

/**
 * A path in Kubernetes' terms, such as {@code k8s:nonresource:/healthz}: it holds on Kubernetes targets only, and never
 * for a path that names an object or a collection, however far its {@code /**} reaches. Its verbs are Kubernetes' own for
 * such paths, the methods in lower case, so its actions are bits of {@link Actions}. None of them allows an upgraded
 * request.
 *
 * @param pattern as in a path rule
 */
record NonResourcePath(PathPattern pattern) implements RuleObject {

    static final String PREFIX = KubernetesObject.PREFIX + "nonresource:";

    private static final List<String> VERBS = List.of("get", "post", "put", "patch", "delete", "options");

    /** @throws IllegalArgumentException with a message for the administrator */
    static NonResourcePath parse(String text) {
        String path = text.substring(PREFIX.length());
        PathPattern pattern = PathPattern.parse(path);
        int objectsFrom =
                switch (pattern.segments().isEmpty() ? "" : pattern.segments().get(0)) {
                    case "api" -> 3;
                    case "apis" -> 4;
                    default -> Integer.MAX_VALUE;
                };
        if (pattern.segments().size() >= objectsFrom) {
            throw new IllegalArgumentException(
                    "path \"" + path
                            + "\" names objects, so it never is a nonresource; expected k8s:<group>/<resource>, or the path alone");
        }
        return new NonResourcePath(pattern);
    }

    @Override
    public int actions(String column, boolean denies) {
        return Actions.mask(column, verb -> bits(verb, denies));
    }

    private static int bits(String verb, boolean denies) {
        if (verb.equals("*")) {
            return Actions.any(denies);
        }
        if (VERBS.contains(verb)) {
            return 1 << Actions.bitOf(verb.toUpperCase(Locale.ROOT));
        }
        if (verb.equals("head")) {
            throw new IllegalArgumentException("head is judged as get: write get");
        }
        String lower = verb.toLowerCase(Locale.ROOT);
        if (VERBS.contains(lower)) {
            throw new IllegalArgumentException("verb \"" + verb + "\" is not lower case; write \"" + lower + "\"");
        }
        if (KubernetesVerbs.NAMES.contains(lower)) {
            throw new IllegalArgumentException(
                    "\"" + verb + "\" is a verb of Kubernetes objects; a nonresource takes " + expected());
        }
        throw new IllegalArgumentException(
                "unknown verb \"" + verb + "\"." + NearestWord.hint(verb, VERBS) + " Expected " + expected());
    }

    private static String expected() {
        return String.join(", ", VERBS) + " (several joined by |) or *";
    }
}
