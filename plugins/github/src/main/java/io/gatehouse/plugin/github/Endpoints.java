package io.gatehouse.plugin.github;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a GitHub is reached.
 *
 * @param authorize where browsers go
 * @param token where a code is exchanged
 * @param api of the REST API, without a slash at its end
 */
record Endpoints(URI authorize, URI token, URI api) {

    private static final String CLOUD = "github.com";
    private static final String DATA_RESIDENCY = ".ghe.com";

    /** @throws IllegalArgumentException with what was expected */
    static Endpoints of(String url) {
        URI address = parsed(url);
        String host = address.getHost();
        String root = address.getScheme() + "://" + address.getRawAuthority();
        boolean ownApiHost = host.equals(CLOUD) || host.endsWith(DATA_RESIDENCY);
        return new Endpoints(
                URI.create(root + "/login/oauth/authorize"),
                URI.create(root + "/login/oauth/access_token"),
                URI.create(ownApiHost ? "https://api." + host : root + "/api/v3"));
    }

    private static URI parsed(String url) {
        try {
            URI address = new URI(url);
            if (address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && (address.getRawPath().isEmpty() || address.getRawPath().equals("/"))
                    && isSafe(address)) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("expected an address such as https://github.com", e);
        }
        throw new IllegalArgumentException(
                "expected https://host without a path, such as https://github.com; http:// only on this machine");
    }

    private static boolean isSafe(URI address) {
        String host = address.getHost();
        boolean thisMachine = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        return "https".equals(address.getScheme()) || "http".equals(address.getScheme()) && thisMachine;
    }

    /** Whether an address that an answer names is of the same API, so that a token may be sent there. */
    boolean isOfApi(URI address) {
        return api.getScheme().equals(address.getScheme())
                && api.getRawAuthority().equals(address.getRawAuthority())
                && address.getRawPath() != null
                && address.getRawPath().startsWith(api.getRawPath() + "/")
                && !address.getPath().contains("/..");
    }
}
