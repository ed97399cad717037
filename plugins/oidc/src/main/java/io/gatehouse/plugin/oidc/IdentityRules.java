package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who a token is about, as kube-apiserver reads it ({@code k8s.io/apiserver/plugin/pkg/authenticator/token/oidc}).
 *
 * @param username the claim that names the user
 * @param groups the claim that names the groups
 * @param userPrefix put before the user
 * @param groupPrefix put before each group
 * @param requireVerifiedEmail whether a user who is named by e-mail needs {@code email_verified}; without, it must only
 *     not be false
 * @param allowedSystem the names that may begin with {@code system:}
 * @param extras what else of a token becomes part of it
 */
record IdentityRules(
        ClaimPath username,
        Optional<ClaimPath> groups,
        String userPrefix,
        String groupPrefix,
        boolean requireVerifiedEmail,
        Set<String> allowedSystem,
        ExtraClaims extras) {

    static final int MOST_GROUPS = 1_000;
    static final int LONGEST_NAME = 1_024;

    private static final String METHOD = "oidc";
    private static final String SYSTEM = "system:";
    private static final String EMAIL = "email";
    private static final String CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";
    private static final int LONGEST_ID = 200;

    /**
     * Reads the identity from claims that hold.
     *
     * @param claims of the token
     * @param groupClaims where the groups stand: the same, or the provider's user information
     */
    Identity identity(Map<String, Object> claims, Map<String, Object> groupClaims) throws RefusedTokenException {
        String user = userPrefix + user(claims);
        requireAllowed(user, "the user name");
        List<String> names = new ArrayList<>();
        for (String group : groups(groupClaims)) {
            String name = groupPrefix + group;
            requireAllowed(name, "a group");
            names.add(name);
        }
        Map<String, List<String>> extra = new LinkedHashMap<>(extras.in(claims));
        credentialId(claims).ifPresent(id -> extra.put(CREDENTIAL_ID, List.of(id)));
        return Identity.of(user, METHOD).withGroups(names).withExtra(extra);
    }

    private String user(Map<String, Object> claims) throws RefusedTokenException {
        Object value = username.in(claims)
                .orElseThrow(() -> new RefusedTokenException("the claim " + username + ", the user name, is missing"));
        String user = name(value, username);
        if (username.text().equals(EMAIL)) {
            Object verified = claims.getOrDefault("email_verified", StrictJson.NULL);
            boolean absent = verified == StrictJson.NULL;
            if (!Boolean.TRUE.equals(verified) && !(absent && !requireVerifiedEmail)) {
                throw new RefusedTokenException(
                        absent ? "the claim email_verified is missing" : "the e-mail is not verified (email_verified)");
            }
        }
        return user;
    }

    private List<String> groups(Map<String, Object> claims) throws RefusedTokenException {
        if (groups.isEmpty()) {
            return List.of();
        }
        ClaimPath path = groups.get();
        if (claims.get("_claim_names") instanceof Map<?, ?> elsewhere && elsewhere.containsKey(path.root())) {
            throw new RefusedTokenException(
                    "the groups do not stand in the token but elsewhere (_claim_names); let the provider name fewer");
        }
        Object value = path.in(claims).orElse(List.of());
        List<?> values = value instanceof List<?> list ? list : List.of(value);
        if (values.size() > MOST_GROUPS) {
            throw new RefusedTokenException("the token names more than " + MOST_GROUPS + " groups");
        }
        List<String> names = new ArrayList<>();
        for (Object each : values) {
            names.add(name(each, path));
        }
        return names;
    }

    /** A text that can be a name. */
    static String name(Object value, ClaimPath path) throws RefusedTokenException {
        if (!(value instanceof String text)) {
            throw new RefusedTokenException("the claim " + path + " is not a text");
        }
        if (text.isBlank()
                || text.length() > LONGEST_NAME
                || !text.equals(text.strip())
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedTokenException("the claim " + path + " is empty, longer than " + LONGEST_NAME
                    + ", or has a control character or a blank at an end");
        }
        return text;
    }

    private void requireAllowed(String name, String what) throws RefusedTokenException {
        if (name.startsWith(SYSTEM) && !allowedSystem.contains(name)) {
            throw new RefusedTokenException(reserved(what));
        }
    }

    static String reserved(String what) {
        return what + " begins with system:, which is a cluster's own; list it in allow-system to take it";
    }

    /** As kube-apiserver writes it into the record. */
    private static Optional<String> credentialId(Map<String, Object> claims) {
        return claims.get("jti") instanceof String id
                        && !id.isEmpty()
                        && id.length() <= LONGEST_ID
                        && id.chars().noneMatch(c -> c < ' ' || c > '~')
                ? Optional.of("JTI=" + id)
                : Optional.empty();
    }
}
