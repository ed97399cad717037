package io.gatehouse.plugin.mtls;

import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * Tells who was revoked. An authority may have several lists, as when it changes its key: a certificate is good when all
 * of them are in force, and none names it.
 */
final class RevocationLists {

    private final Map<X500Principal, List<X509CRL>> byIssuer;

    /** @param lists whole ones, whose signatures hold */
    RevocationLists(Collection<X509CRL> lists) {
        byIssuer = lists.stream().collect(Collectors.groupingBy(X509CRL::getIssuerX500Principal));
    }

    /**
     * Why a certificate is not to be trusted.
     *
     * @param subject what the reason calls it
     * @return nothing when its issuer's lists are in force and do not name it
     */
    Optional<String> refusal(X509Certificate certificate, String subject, Instant now) {
        List<X509CRL> lists = of(certificate);
        if (lists.isEmpty()) {
            return Optional.of("there is no revocation list of "
                    + certificate.getIssuerX500Principal().getName());
        }
        return lists.stream()
                .flatMap(list -> revocation(list, certificate, subject).or(() -> overdue(list, now)).stream())
                .findFirst();
    }

    /** Until when the lists of a certificate's issuer are in force; there must be one. */
    Instant until(X509Certificate certificate) {
        return of(certificate).stream()
                .map(list -> list.getNextUpdate().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private List<X509CRL> of(X509Certificate certificate) {
        return byIssuer.getOrDefault(certificate.getIssuerX500Principal(), List.of());
    }

    private static Optional<String> revocation(X509CRL list, X509Certificate certificate, String subject) {
        X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
        if (entry == null) {
            return Optional.empty();
        }
        String reason = entry.getRevocationReason() == null
                ? "no reason given"
                : entry.getRevocationReason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Optional.of(
                subject + " was revoked on " + entry.getRevocationDate().toInstant() + " (" + reason + ")");
    }

    /** What is wrong with a list whose successor is due. */
    static Optional<String> overdue(X509CRL list, Instant now) {
        Instant due = list.getNextUpdate().toInstant();
        return now.isAfter(due)
                ? Optional.of("the revocation list of " + issuer(list) + " has expired on " + due)
                : Optional.empty();
    }

    /** The name of a list's issuer, for messages. */
    static String issuer(X509CRL list) {
        return list.getIssuerX500Principal().getName();
    }
}
