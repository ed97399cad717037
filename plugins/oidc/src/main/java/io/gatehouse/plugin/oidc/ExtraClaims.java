package io.gatehouse.plugin.oidc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What else of a token becomes part of an identity, by the names of its extras.
 *
 * <p>Those are as in Kubernetes' structured authentication ({@code k8s.io/apiserver/pkg/apis/apiserver/validation}): in
 * lower case, below a domain of one's own.
 */
record ExtraClaims(Map<String, ClaimPath> paths) {

    private static final int MOST_VALUES = 32;
    private static final int LONGEST_KEY = 256;
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String KEY = LABEL + "(\\." + LABEL + ")*(/[a-z0-9._~-]+)+";
    private static final String OF_KUBERNETES = "(.*\\.)?(kubernetes|k8s)\\.io/.*";

    ExtraClaims {
        paths = Map.copyOf(paths);
    }

    static boolean isKey(String text) {
        return text.length() <= LONGEST_KEY && text.matches(KEY) && !text.matches(OF_KUBERNETES);
    }

    /** The extras; a claim that is absent, null or an empty list gives none. */
    Map<String, List<String>> in(Map<String, Object> claims) throws RefusedTokenException {
        Map<String, List<String>> extras = new LinkedHashMap<>();
        for (Map.Entry<String, ClaimPath> extra : paths.entrySet()) {
            Object value = extra.getValue().in(claims).orElse(List.of());
            List<String> texts = new ArrayList<>();
            for (Object each : value instanceof List<?> list ? list : List.of(value)) {
                texts.add(IdentityRules.name(each, extra.getValue()));
            }
            if (texts.size() > MOST_VALUES) {
                throw new RefusedTokenException(
                        "the claim " + extra.getValue() + " has more than " + MOST_VALUES + " values");
            }
            if (!texts.isEmpty()) {
                extras.put(extra.getKey(), texts);
            }
        }
        return extras;
    }
}
