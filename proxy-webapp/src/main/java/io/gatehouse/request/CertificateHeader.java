package io.gatehouse.request;

import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The header field in which listed TLS terminators tell the client's certificate.
 *
 * @param name its name
 * @param format how it is written; with {@link CertificateFormat#RFC9440}, the rest of the chain may stand in a second
 *     field, {@code <name>-Chain} (RFC 9440 2.3)
 */
public record CertificateHeader(String name, CertificateFormat format) {

    private static final int MAX_LENGTH = 64 * 1024;
    private static final int MAX_CERTIFICATES = 20;

    /** What a client may not set towards an upstream. */
    public Set<String> names() {
        return Set.of(name, chainName());
    }

    private String chainName() {
        return name + "-Chain";
    }

    /**
     * The certificates that a listed terminator tells, the client's own first; none when the client has shown none.
     *
     * @throws IllegalArgumentException saying what is wrong with which field
     */
    List<X509Certificate> read(HttpServletRequest request) {
        List<X509Certificate> own = read(request, name);
        if (format != CertificateFormat.RFC9440 || own.isEmpty()) {
            return own;
        }
        if (own.size() > 1) {
            throw new IllegalArgumentException("the header " + name + " has more than one certificate");
        }
        List<X509Certificate> chain = new ArrayList<>(own);
        chain.addAll(read(request, chainName()));
        return chain;
    }

    private List<X509Certificate> read(HttpServletRequest request, String field) {
        List<String> values = Collections.list(request.getHeaders(field));
        if (values.isEmpty() || values.size() == 1 && values.get(0).isBlank()) {
            return List.of();
        }
        if (values.size() > 1) {
            throw new IllegalArgumentException("the header " + field + " stands there more than once");
        }
        if (values.get(0).length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the header " + field + " is longer than " + MAX_LENGTH + " characters");
        }
        List<X509Certificate> certificates;
        try {
            certificates = format.read(values.get(0).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the header " + field + " can not be read: " + e.getMessage());
        }
        if (certificates.size() > MAX_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "the header " + field + " has more than " + MAX_CERTIFICATES + " certificates");
        }
        return certificates;
    }
}
