package io.gatehouse.kubernetes;

/**
 * The list options that change what a GET on a collection means, decoded as
 * {@code k8s.io/apimachinery/pkg/apis/meta/internalversion} does.
 *
 * @param watch whether it is a watch
 * @param exactName the name that {@code fieldSelector=metadata.name=…} narrows it to; or empty
 */
record ListOptions(boolean watch, String exactName) {

    static ListOptions of(String query) {
        if (query.isEmpty()) {
            return new ListOptions(false, "");
        }
        boolean watch =
                QueryValues.first(query, "watch").map(ListOptions::isTrue).orElse(false);
        // What does not decode is no name, whichever option it is.
        boolean decodes = isNumberIfPresent(query, "limit")
                && isNumberIfPresent(query, "timeoutSeconds")
                && QueryValues.first(query, "labelSelector")
                        .map(LabelSelector::isValid)
                        .orElse(true);
        String name = decodes
                ? QueryValues.first(query, "fieldSelector")
                        .flatMap(FieldSelector::exactName)
                        .filter(ListOptions::isPathSegment)
                        .orElse("")
                : "";
        return new ListOptions(watch, name);
    }

    /** Anything but {@code false} and {@code 0} is true, an empty value too. */
    private static boolean isTrue(String value) {
        return !value.equalsIgnoreCase("false") && !value.equals("0");
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
