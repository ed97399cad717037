package io.gatehouse.plugin.kubernetes.review;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Selectors as the requirements of a review, as kube-apiserver tells its webhooks of them
 * ({@code k8s.io/apiserver/pkg/endpoints/filters/authorization.go} and {@code plugin/pkg/authorizer/webhook/webhook.go}):
 * of a selector that does not parse nothing is told, and a term that a review has no word for, such as {@code a>1}, is left
 * out. The review then asks for more than the request does, and never for less.
 */
final class SelectorRequirements {

    private SelectorRequirements() {}

    /** Nothing when there is none, or none that can be told. */
    static Optional<JsonObject> ofFields(String selector) {
        return FieldTerms.parse(selector).flatMap(SelectorRequirements::selector);
    }

    /** Nothing when there is none, or none that can be told. */
    static Optional<JsonObject> ofLabels(String selector) {
        return LabelTerms.parse(selector).flatMap(SelectorRequirements::selector);
    }

    private static Optional<JsonObject> selector(List<SelectorRequirement> known) {
        JsonArray requirements = new JsonArray();
        known.stream()
                .filter(requirement -> !requirement.operator().isEmpty())
                .map(SelectorRequirements::told)
                .forEach(requirements::add);
        if (requirements.isEmpty()) {
            return Optional.empty();
        }
        JsonObject selector = new JsonObject();
        selector.add("requirements", requirements);
        return Optional.of(selector);
    }

    private static JsonObject told(SelectorRequirement known) {
        JsonObject requirement = new JsonObject();
        requirement.addProperty("key", known.key());
        requirement.addProperty("operator", known.operator());
        if (!known.values().isEmpty()) {
            JsonArray values = new JsonArray();
            known.values().forEach(values::add);
            requirement.add("values", values);
        }
        return requirement;
    }
}
