package io.gatehouse.plugin.oidc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a provider says of itself (OpenID Connect Discovery 1.0, 3). Only addresses that may be called are taken.
 *
 * @param keys where its keys are ({@code jwks_uri})
 * @param authorization where a login begins
 * @param token where a code is exchanged
 * @param userInfo where more is told about a user
 * @param endSession where a logout begins
 * @param namesItself whether every answer of it at the callback carries its {@code iss} (RFC 9207)
 * @param tokenMethods how a client may prove itself; empty when it does not say
 */
record Discovery(
        URI keys,
        Optional<URI> authorization,
        Optional<URI> token,
        Optional<URI> userInfo,
        Optional<URI> endSession,
        boolean namesItself,
        List<String> tokenMethods) {

    private static final String PATH = "/.well-known/openid-configuration";

    /** Where an issuer's document is. */
    static URI address(String issuer) {
        return URI.create((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + PATH);
    }

    /** Fetches the document of an issuer. */
    static Discovery fetch(ProviderClient client, String issuer) throws ProviderUnavailableException {
        Map<String, Object> document;
        try {
            document = StrictJson.object(client.get(address(issuer), Map.of()));
        } catch (IllegalArgumentException e) {
            throw new ProviderUnavailableException(address(issuer) + " can not be read: " + e.getMessage());
        }
        if (!issuer.equals(document.get("issuer"))) {
            throw new ProviderUnavailableException(address(issuer) + " is that of another issuer; write issuer: "
                    + (document.get("issuer") instanceof String other ? printable(other) : "as it stands there"));
        }
        URI keys = address(client, document, "jwks_uri")
                .orElseThrow(() -> new ProviderUnavailableException(address(issuer) + " has no jwks_uri"));
        return new Discovery(
                keys,
                address(client, document, "authorization_endpoint"),
                address(client, document, "token_endpoint"),
                address(client, document, "userinfo_endpoint"),
                address(client, document, "end_session_endpoint"),
                Boolean.TRUE.equals(document.get("authorization_response_iss_parameter_supported")),
                document.get("token_endpoint_auth_methods_supported") instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : List.of());
    }

    private static Optional<URI> address(ProviderClient client, Map<String, Object> document, String member)
            throws ProviderUnavailableException {
        Object value = document.getOrDefault(member, StrictJson.NULL);
        if (value == StrictJson.NULL) {
            return Optional.empty();
        }
        try {
            URI address = new URI(String.valueOf(value));
            if (client.isAllowed(address)) {
                return Optional.of(address);
            }
        } catch (URISyntaxException e) {
            // the same as one that is not allowed
        }
        throw new ProviderUnavailableException("its " + member + " is not an https address");
    }

    private static String printable(String text) {
        String line = text.replaceAll("[^!-~]", "?");
        return line.length() <= 200 ? line : line.substring(0, 200);
    }
}
