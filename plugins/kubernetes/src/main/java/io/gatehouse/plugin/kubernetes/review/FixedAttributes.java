package io.gatehouse.plugin.kubernetes.review;

import io.gatehouse.plugin.kubernetes.review.AttributeTemplate.Field;
import io.gatehouse.spi.AccessRequest;
import io.gatehouse.spi.KubernetesAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * kube-rbac-proxy's {@code resourceAttributes}: one API object stands for every request, or one for each value of a
 * parameter or a header. Every one must be allowed.
 *
 * @param fields those that were written
 * @param parameter whose values are taken
 * @param header whose values are taken, after the parameter's
 */
record FixedAttributes(Map<Field, AttributeTemplate> fields, Optional<String> parameter, Optional<String> header) {

    /** Each value is a review. */
    static final int MOST_VALUES = 16;

    Collection<KubernetesAction> of(AccessRequest request) throws InvalidRequest {
        Set<KubernetesAction> actions = new LinkedHashSet<>();
        List<String> verbs = RequestAttributes.verbs(request);
        if (parameter.isEmpty() && header.isEmpty()) {
            for (String verb : verbs) {
                actions.add(action(verb, AttributeTemplate::text));
            }
            return actions;
        }
        for (String value : values(request)) {
            for (String verb : verbs) {
                actions.add(action(verb, template -> template.fill(value)));
            }
        }
        return actions;
    }

    private Set<String> values(AccessRequest request) throws InvalidRequest {
        Set<String> values = new LinkedHashSet<>();
        if (parameter.isPresent()) {
            values.addAll(QueryParameters.values(request.query(), parameter.get()));
        }
        if (header.isPresent()) {
            values.addAll(request.headers().getOrDefault(header.get(), List.of()));
        }
        if (values.isEmpty()) {
            throw new InvalidRequest(wanted() + " is missing");
        }
        if (values.size() > MOST_VALUES) {
            throw new InvalidRequest(wanted() + " has more than " + MOST_VALUES + " values");
        }
        return values;
    }

    private String wanted() {
        List<String> wanted = new ArrayList<>();
        parameter.ifPresent(name -> wanted.add("the query parameter " + name));
        header.ifPresent(name -> wanted.add("the header " + name));
        return String.join(" or ", wanted);
    }

    private interface Text {
        String of(AttributeTemplate template) throws InvalidRequest;
    }

    private KubernetesAction action(String verb, Text text) throws InvalidRequest {
        return new KubernetesAction(
                true,
                verb,
                get(Field.API_GROUP, text),
                get(Field.API_VERSION, text),
                get(Field.NAMESPACE, text),
                get(Field.RESOURCE, text),
                get(Field.SUBRESOURCE, text),
                get(Field.NAME, text),
                "",
                "",
                "");
    }

    private String get(Field field, Text text) throws InvalidRequest {
        AttributeTemplate template = fields.get(field);
        return template == null ? "" : text.of(template);
    }
}
