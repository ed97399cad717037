package io.gatehouse.plugin.acl;

/** The object column: what a rule speaks of. Which actions it can have depends on its kind. */
sealed interface RuleObject permits PathPattern, NonResourcePath, KubernetesObject {

    /**
     * Reads a path ({@code /…}), a Kubernetes object ({@code k8s:…}) or a path of Kubernetes
     * ({@code k8s:nonresource:/…}).
     *
     * @throws IllegalArgumentException with a message for the administrator
     */
    static RuleObject parse(String text) {
        if (text.startsWith("/")) {
            return PathPattern.parse(text);
        }
        if (text.startsWith(NonResourcePath.PREFIX)) {
            return NonResourcePath.parse(text);
        }
        if (text.startsWith(KubernetesObject.PREFIX)) {
            return KubernetesObjectParser.parse(text);
        }
        throw new IllegalArgumentException("object \"" + text
                + "\" starts neither with / (a path) nor with k8s: (a Kubernetes object, in lower case)");
    }

    /**
     * Reads the action column beside this object.
     *
     * @param denies whether the rule denies: {@code *} then holds for everything
     * @return bits of {@link Actions}, or of {@link KubernetesVerbs} for a Kubernetes object
     * @throws IllegalArgumentException with a message for the administrator
     */
    int actions(String column, boolean denies);
}
