package io.gatehouse.plugin.acl;

import java.util.List;

/**
 * An object in Kubernetes' terms: {@code k8s:<group>/<resource>[/<subresource>] [ns=…] [name=…]}. There is no version: a
 * rule holds for all of them.
 *
 * <p>A deny reaches further than an allow with the same words, as what is denied must not be got in another way:
 *
 * <ul>
 *   <li>Without a subresource an allow is for the resource alone, and a deny for its subresources, too.
 *   <li>{@code *} as a subresource allows none of {@link KubernetesQuestion#NAMED_ONLY}, and denies them all.
 *   <li>With {@code ns=} a deny holds for a list of all namespaces, and with {@code name=} for what names no object: the
 *       one that is denied may be among them.
 * </ul>
 *
 * @param group empty for the core group, {@code *} for any
 * @param resource {@code *} for any
 * @param subresource empty for none, {@code *} for any
 * @param namespace {@link TextPattern#ANY} where the rule does not ask
 * @param name likewise
 */
record KubernetesObject(String group, String resource, String subresource, TextPattern namespace, TextPattern name)
        implements RuleObject {

    static final String PREFIX = "k8s:";

    @Override
    public int actions(String column, boolean denies) {
        int mask = KubernetesVerbs.parse(column, denies);
        boolean named = name.kind() != TextPattern.Kind.ANY;
        if (named && !denies) {
            List<String> verbs = List.of(column.split("\\s*\\|\\s*"));
            if (verbs.contains("deletecollection")) {
                throw neverNamed("deletecollection");
            }
            if (verbs.contains("create") && subresource.isEmpty()) {
                throw neverNamed("create");
            }
        }
        return mask;
    }

    private static IllegalArgumentException neverNamed(String verb) {
        return new IllegalArgumentException(
                "a " + verb + " names no object, so name= allows none; leave name= or " + verb + " out");
    }

    /** What group, resource, subresource, namespace and name of a request must be, the last two as given here. */
    List<TextPattern> patterns(TextPattern inNamespace, TextPattern ofName, boolean denies) {
        return List.of(pattern(group), pattern(resource), subresourcePattern(denies), inNamespace, ofName);
    }

    private TextPattern subresourcePattern(boolean denies) {
        if (subresource.isEmpty()) {
            return denies ? TextPattern.ANY : TextPattern.ABSENT;
        }
        return subresource.equals("*") ? TextPattern.PRESENT : TextPattern.exact(subresource);
    }

    private static TextPattern pattern(String text) {
        return text.equals("*") ? TextPattern.ANY : TextPattern.exact(text);
    }
}
