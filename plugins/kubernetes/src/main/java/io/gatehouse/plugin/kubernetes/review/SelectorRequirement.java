package io.gatehouse.plugin.kubernetes.review;

import java.util.List;

/**
 * One term of a selector, as a review has it.
 *
 * @param operator {@code In}, {@code NotIn}, {@code Exists}, {@code DoesNotExist}; empty for one that no review knows
 */
record SelectorRequirement(String key, String operator, List<String> values) {

    boolean isOfNothing() {
        return key.isEmpty() && values.equals(List.of(""));
    }
}
