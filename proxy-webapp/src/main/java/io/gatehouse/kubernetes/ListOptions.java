package io.gatehouse.kubernetes;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The list options that change what a GET on a collection means, decoded as
 * {@code k8s.io/apimachinery/pkg/apis/meta/internalversion} does.
 *
 * @param watch whether it is a watch
 * @param exactName the name that {@code fieldSelector=metadata.name=…} narrows it to; or empty
 */
record ListOptions(boolean watch, String exactName) {

    private static final Set<String> FALSE = Set.of("false", "0");

    static ListOptions of(String query) {
        if (query.isEmpty()) {
            return new ListOptions(false, "");
        }
        Optional<String> watch = QueryValues.first(query, "watch");
        Optional<FieldSelector> fields =
                FieldSelector.parse(QueryValues.first(query, "fieldSelector").orElse(""));
        boolean decodes = fields.isPresent()
                && isNumberIfPresent(query, "limit")
                && isNumberIfPresent(query, "timeoutSeconds")
                && LabelSelector.isValid(
                        QueryValues.first(query, "labelSelector").orElse(""));
        if (!decodes) {
            // No option counts then, but that kube-apiserver looks at the watch by itself: in lower case, where the
            // decoder folds, and so takes a long s (U+017F) for an s.
            boolean asked = watch.filter(value -> !FALSE.contains(value.toLowerCase(Locale.ROOT)))
                    .isPresent();
            return new ListOptions(asked, "");
        }
        return new ListOptions(
                watch.map(QueryValues::isTrue).orElse(false),
                fields.get().exactName().filter(ListOptions::isPathSegment).orElse(""));
    }

    private static boolean isNumberIfPresent(String query, String key) {
        return QueryValues.first(query, key).map(ListOptions::isNumber).orElse(true);
    }

    /** As Go's {@code strconv.ParseInt} reads it: ASCII digits with a sign, in 64 bits. */
    static boolean isNumber(String text) {
        try {
            Long.parseLong(text);
            return text.chars().allMatch(c -> c < 128);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isPathSegment(String name) {
        return !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0 && name.indexOf('%') < 0;
    }
}
