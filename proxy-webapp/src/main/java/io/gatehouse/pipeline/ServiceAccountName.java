package io.gatehouse.pipeline;

import java.util.Optional;

/**
 * A user name {@code system:serviceaccount:<namespace>:<name>}, by
 * {@code k8s.io/apiserver/pkg/authentication/serviceaccount/util.go}.
 */
record ServiceAccountName(String namespace, String name) {

    private static final String PREFIX = "system:serviceaccount:";

    /** Nothing for any other name. */
    static Optional<ServiceAccountName> of(String user) {
        if (!user.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String[] parts = user.substring(PREFIX.length()).split(":", -1);
        boolean valid = parts.length == 2 && isNamespace(parts[0]) && isName(parts[1]);
        return valid ? Optional.of(new ServiceAccountName(parts[0], parts[1])) : Optional.empty();
    }

    /** A label, RFC 1123. */
    private static boolean isNamespace(String text) {
        return text.length() <= 63 && text.indexOf('.') < 0 && isName(text);
    }

    /** A subdomain, RFC 1123. */
    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > 253) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            boolean plain = !label.isEmpty()
                    && label.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
                    && label.charAt(0) != '-'
                    && label.charAt(label.length() - 1) != '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
