package io.gatehouse.spi;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * One upstream, as plain data.
 *
 * @param name a lower-case slug of letters, digits, dots and dashes; the host serves it below the source's prefix
 * @param server {@code http} or {@code https}, with an optional base path, without query and user info
 * @param kubernetes whether it is a kube-apiserver
 * @param certificateAuthorities PEM certificates that its TLS is verified against; absent: the JVM's trust store
 * @param tlsServerName the name that its certificate must bear, when it is not the host of {@code server}
 * @param insecureSkipVerify whether its certificate is not verified at all; warned about
 * @param credential how the host authenticates itself to it
 * @param generation changes when anything behind {@code credential} has changed that makes connections stale
 */
public record TargetDefinition(
        String name,
        URI server,
        boolean kubernetes,
        Optional<String> certificateAuthorities,
        Optional<String> tlsServerName,
        boolean insecureSkipVerify,
        TargetCredential credential,
        String generation) {

    /** Two definitions are the same when all but the credential object are: {@code generation} speaks for that. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TargetDefinition that
                && name.equals(that.name)
                && server.equals(that.server)
                && kubernetes == that.kubernetes
                && certificateAuthorities.equals(that.certificateAuthorities)
                && tlsServerName.equals(that.tlsServerName)
                && insecureSkipVerify == that.insecureSkipVerify
                && generation.equals(that.generation);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, server, generation);
    }
}
