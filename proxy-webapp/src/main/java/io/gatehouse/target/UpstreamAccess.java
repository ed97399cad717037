package io.gatehouse.target;

import io.gatehouse.spi.Secret;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How to reach a target now.
 *
 * @param tls for an https target
 * @param authorization the value of the {@code Authorization} header that we send
 * @param clientCertificate whether {@code tls} shows one
 * @param expires when it has to be asked for anew
 */
public record UpstreamAccess(
        Optional<SSLContext> tls, Optional<Secret> authorization, boolean clientCertificate, Instant expires) {

    /** Whether the upstream takes us for somebody by what we send ourselves. */
    public boolean hasCredential() {
        return clientCertificate || authorization.isPresent();
    }
}
