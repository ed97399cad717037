package io.gatehouse.spi;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a request offered to prove who it is. The host parses it once, strictly, and shows it to the authenticators;
 * more than one credential in a request is refused before any is asked.
 */
public sealed interface Credential {

    /** {@code Authorization: Bearer}, RFC 6750. */
    record Bearer(Secret token) implements Credential {}

    /** {@code Authorization: Basic}, RFC 7617, decoded as UTF-8; neither part is empty nor holds a control character. */
    record Basic(String user, Secret password) implements Credential {}

    /**
     * The certificate of a TLS client.
     *
     * @param chain the client's own certificate first; the container has verified it against its trust store
     */
    record ClientCertificate(List<X509Certificate> chain) implements Credential {
        public ClientCertificate {
            chain = List.copyOf(chain);
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("a client certificate credential needs a certificate");
            }
        }
    }

    /** A browser's session with Gatehouse itself. Only the host's own authenticator knows what is in it. */
    non-sealed interface Session extends Credential {}

    /** Nothing was offered. */
    record None() implements Credential {}
}
