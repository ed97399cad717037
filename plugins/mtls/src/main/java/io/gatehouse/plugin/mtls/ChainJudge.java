package io.gatehouse.plugin.mtls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether a chain leads to one of our authorities, and whether it holds (RFC 5280 6.1, by the JVM's PKIX validator).
 * Whatever the container trusts does not matter here. Nothing is fetched over the network: no issuer, no revocation list,
 * no OCSP answer. With revocation lists, each certificate below an authority of ours must have one of its issuer: also
 * an authority of ours that another one of ours has signed.
 *
 * <p>As Go does for kube-apiserver, the authority itself must not have expired either, and an intermediate authority that
 * names extended key usages must name client authentication. Stricter than Go, the client's own certificate must name it:
 * one without extended key usages is refused.
 */
final class ChainJudge {

    static final int MAXIMUM_DEPTH = 10;

    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final List<X509Certificate> authorities;
    private final Optional<RevocationLists> revoked;

    /** @param revoked nothing when nobody is ever revoked */
    ChainJudge(List<X509Certificate> authorities, Optional<RevocationLists> revoked) {
        this.authorities = authorities;
        this.revoked = revoked;
    }

    /** What was found. */
    sealed interface Finding {}

    /** Not signed by an authority of ours, at no remove. */
    record Foreign() implements Finding {}

    /** Ours, but it does not hold. */
    record Refused(String reason) implements Finding {}

    /** Ours, and it holds between these times. */
    record Valid(Instant from, Instant until) implements Finding {}

    /**
     * @param presented the client's own certificate first; the others in any order
     * @throws IllegalArgumentException saying why the chain is too costly to judge
     */
    Finding judge(List<X509Certificate> presented, Instant now) {
        List<X509Certificate> path = new ArrayList<>();
        List<X509Certificate> rest = new ArrayList<>(presented);
        X509Certificate current = rest.remove(0);
        SignatureChecks checks = new SignatureChecks(rest);
        while (path.size() < MAXIMUM_DEPTH) {
            X509Certificate signed = current;
            path.add(signed);
            List<X509Certificate> issuers = authorities.stream()
                    .filter(authority -> checks.hasSigned(authority, signed))
                    .toList();
            if (!issuers.isEmpty()) {
                return judge(path, issuers, now);
            }
            Optional<X509Certificate> next =
                    rest.stream().filter(each -> checks.hasSigned(each, signed)).findFirst();
            if (next.isEmpty()) {
                return new Foreign();
            }
            current = next.get();
            rest.remove(current);
        }
        return new Foreign();
    }

    /** One authority may stand in the file with an old and a new certificate; one that holds is enough. */
    private Finding judge(List<X509Certificate> path, List<X509Certificate> issuers, Instant now) {
        Finding finding = new Foreign();
        for (X509Certificate authority : issuers) {
            finding = judge(path, authority, now);
            if (finding instanceof Valid) {
                return finding;
            }
        }
        return finding;
    }

    private Finding judge(List<X509Certificate> path, X509Certificate authority, Instant now) {
        List<X509Certificate> whole = new ArrayList<>(path);
        whole.add(authority);
        Instant from = Collections.max(
                whole.stream().map(each -> each.getNotBefore().toInstant()).toList());
        Instant until = Collections.min(
                whole.stream().map(each -> each.getNotAfter().toInstant()).toList());
        if (now.isBefore(from)) {
            return new Refused("the certificate, or an authority over it, is not valid before " + from);
        }
        if (now.isAfter(until)) {
            return new Refused("the certificate, or an authority over it, has expired on " + until);
        }
        if (!namesClientAuthentication(path.get(0), false)) {
            return new Refused("the certificate is not meant for client authentication (extended key usage)");
        }
        for (X509Certificate intermediate : path.subList(1, path.size())) {
            if (!namesClientAuthentication(intermediate, true)) {
                return new Refused("an authority over the certificate is not meant for client authentication");
            }
        }
        Finding finding = validate(path, authority, now, new Valid(from, until));
        return finding instanceof Valid valid && revoked.isPresent()
                ? judgeRevocation(revoked.get(), whole, now, valid)
                : finding;
    }

    /** What holds does so no longer than the lists that say so. */
    private Finding judgeRevocation(RevocationLists lists, List<X509Certificate> whole, Instant now, Valid valid) {
        Instant until = valid.until();
        for (X509Certificate certificate : belowTheRoot(whole)) {
            String subject = certificate == whole.get(0) ? "the certificate" : "an authority over the certificate";
            Optional<String> refusal = lists.refusal(certificate, subject, now);
            if (refusal.isPresent()) {
                return new Refused(refusal.get());
            }
            until = Collections.min(List.of(until, lists.until(certificate)));
        }
        return new Valid(valid.from(), until);
    }

    /**
     * The certificates that somebody of ours can have revoked.
     *
     * @param whole the last one is an authority of ours
     */
    private List<X509Certificate> belowTheRoot(List<X509Certificate> whole) {
        List<X509Certificate> below = new ArrayList<>(whole.subList(0, whole.size() - 1));
        Set<X509Certificate> seen = new HashSet<>();
        Deque<X509Certificate> next = new ArrayDeque<>(whole.subList(whole.size() - 1, whole.size()));
        while (!next.isEmpty()) {
            X509Certificate authority = next.remove();
            boolean done = !seen.add(authority) || SignatureChecks.ownHasSigned(authority, authority);
            List<X509Certificate> issuers = done
                    ? List.of()
                    : authorities.stream()
                            .filter(each -> SignatureChecks.ownHasSigned(each, authority))
                            .toList();
            if (!issuers.isEmpty()) {
                below.add(authority);
                next.addAll(issuers);
            }
        }
        return below;
    }

    private static boolean namesClientAuthentication(X509Certificate certificate, boolean whenAbsent) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null ? whenAbsent : usages.contains(CLIENT_AUTHENTICATION) || usages.contains(ANY_USAGE);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static Finding validate(List<X509Certificate> path, X509Certificate authority, Instant now, Valid valid) {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return valid;
        } catch (CertPathValidatorException e) {
            return new Refused("the certificate's chain does not hold: " + e.getReason());
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("the PKIX parameters are wrong", e);
        } catch (GeneralSecurityException e) {
            return new Refused("the certificate's chain can not be read");
        }
    }
}
