package io.gatehouse.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * What the host shows an upstream to authenticate itself.
 *
 * @param authorization the whole value of the {@code Authorization} header, such as {@code Bearer …}
 * @param clientCertificate for mutual TLS
 * @param expires when to ask again at the latest; absent: it holds until the definition changes
 */
public record UpstreamCredential(
        Optional<Secret> authorization, Optional<ClientKey> clientCertificate, Optional<Instant> expires) {

    /**
     * A certificate with its key.
     *
     * @param certificates PEM, the client's own first
     * @param key PEM: PKCS#8, PKCS#1 or SEC 1, not encrypted
     */
    public record ClientKey(String certificates, Secret key) {}
}
