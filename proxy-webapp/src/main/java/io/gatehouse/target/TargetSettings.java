package io.gatehouse.target;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * A target as an administrator wrote it, or as a source gave it.
 *
 * @param name a lower-case slug
 * @param usable whether all its files could be read; if not, it answers 503
 * @param place where it is written
 * @param path the prefix that it is served under, with a slash at both ends; or empty
 * @param host the host name that it is served under; or empty
 * @param server where it is
 * @param protocol what is spoken to it
 * @param kubernetes whether it is a kube-apiserver
 * @param authorities PEM certificates that its TLS is verified against
 * @param tlsServerName the name its certificate must bear instead of the host's
 * @param insecureSkipVerify whether its certificate is not verified
 * @param credential how Gatehouse authenticates itself to it
 * @param access who may
 * @param limits what it may use
 * @param web how a web application behind it is served
 */
public record TargetSettings(
        String name,
        boolean usable,
        String place,
        Optional<String> path,
        Optional<String> host,
        URI server,
        UpstreamProtocol protocol,
        boolean kubernetes,
        Optional<ConfigFile> authorities,
        Optional<String> tlsServerName,
        boolean insecureSkipVerify,
        Credential credential,
        AccessRules access,
        TargetLimits limits,
        WebRules web) {

    /**
     * How Gatehouse authenticates itself: the {@code Authorization} value or a client certificate, or both, or neither.
     *
     * @param authorization the whole header value
     * @param certificate PEM certificates, our own first
     * @param key its PEM key
     */
    public record Credential(
            Optional<Secret> authorization, Optional<ConfigFile> certificate, Optional<ConfigFile> key) {}
}
