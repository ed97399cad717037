package io.gatehouse.request;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Finds the certificate that the client has shown: to the container, or to a listed TLS terminator, which tells it in a
 * header field. From everybody else that field is nothing. A terminator's own certificate, on its connection to us, is
 * nobody's here.
 */
public final class ClientCertificates {

    private static final String CONNECTION = "jakarta.servlet.request.X509Certificate";

    private final AddressRanges tlsTerminators;
    private final Optional<CertificateHeader> header;

    /** @param header nothing when no terminator tells certificates */
    public ClientCertificates(AddressRanges tlsTerminators, Optional<CertificateHeader> header) {
        this.tlsTerminators = tlsTerminators;
        this.header = header;
    }

    /**
     * The chain, the client's own first; empty when there is none.
     *
     * @throws IllegalArgumentException when a terminator tells one that can not be read
     */
    public List<X509Certificate> of(HttpServletRequest request) {
        if (header.isPresent() && tlsTerminators.contains(ClientAddress.peer(request))) {
            return header.get().read(request);
        }
        return request.getAttribute(CONNECTION) instanceof X509Certificate[] chain ? List.of(chain) : List.of();
    }
}
