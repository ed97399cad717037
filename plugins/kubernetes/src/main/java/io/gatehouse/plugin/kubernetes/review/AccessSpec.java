package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.KubernetesAction;
import java.util.List;
import java.util.TreeMap;

/**
 * The question of an access review. Everything that can matter to the answer is in it, so that it is the key of what is
 * remembered, too.
 */
final class AccessSpec {

    private static final String AUTHENTICATED = "system:authenticated";
    private static final String UNAUTHENTICATED = "system:unauthenticated";

    private AccessSpec() {}

    static JsonObject of(Identity identity, KubernetesAction action) {
        JsonObject spec = new JsonObject();
        if (action.resourceRequest()) {
            spec.add("resourceAttributes", resource(action));
        } else {
            JsonObject path = new JsonObject();
            path.addProperty("path", action.path());
            path.addProperty("verb", action.verb());
            spec.add("nonResourceAttributes", path);
        }
        spec.addProperty("user", identity.user());
        identity.uid().ifPresent(uid -> spec.addProperty("uid", uid));
        spec.add("groups", groups(identity));
        if (!identity.extra().isEmpty()) {
            JsonObject extra = new JsonObject();
            new TreeMap<>(identity.extra()).forEach((key, values) -> extra.add(key, array(values)));
            spec.add("extra", extra);
        }
        return spec;
    }

    /** The API server adds this group to everybody who logs in at it, but not to a review. */
    private static JsonArray groups(Identity identity) {
        JsonArray groups = array(identity.groups());
        boolean told = identity.groups().contains(AUTHENTICATED)
                || identity.groups().contains(UNAUTHENTICATED)
                || identity.user().equals("system:anonymous");
        if (!told) {
            groups.add(AUTHENTICATED);
        }
        return groups;
    }

    private static JsonObject resource(KubernetesAction action) {
        JsonObject attributes = new JsonObject();
        put(attributes, "namespace", action.namespace());
        put(attributes, "verb", action.verb());
        put(attributes, "group", action.apiGroup());
        put(attributes, "version", action.apiVersion());
        put(attributes, "resource", action.resource());
        put(attributes, "subresource", action.subresource());
        put(attributes, "name", action.name());
        SelectorRequirements.ofFields(action.fieldSelector())
                .ifPresent(selector -> attributes.add("fieldSelector", selector));
        SelectorRequirements.ofLabels(action.labelSelector())
                .ifPresent(selector -> attributes.add("labelSelector", selector));
        return attributes;
    }

    private static void put(JsonObject object, String name, String value) {
        if (!value.isEmpty()) {
            object.addProperty(name, value);
        }
    }

    private static JsonArray array(List<String> values) {
        JsonArray array = new JsonArray(values.size());
        values.forEach(array::add);
        return array;
    }
}
