package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads certificate revocation lists, in PEM or one after another in DER. Each must be whole (RFC 5280 5.2: neither a
 * delta nor a part), signed by one of the authorities, and in force: from a list that is not, nobody can tell who was
 * revoked.
 */
final class RevocationFile {

    private static final int DER_SEQUENCE = 0x30;
    private static final String DELTA = "2.5.29.27";
    private static final String PART = "2.5.29.28";

    private final ConfigFile file;
    private final List<X509Certificate> authorities;
    private final Instant now;
    private final List<ConfigurationProblem> problems = new ArrayList<>();
    private final List<X509CRL> lists = new ArrayList<>();

    RevocationFile(ConfigFile file, List<X509Certificate> authorities, Instant now) {
        this.file = file;
        this.authorities = authorities;
        this.now = now;
    }

    /** @throws ConfigurationException with every problem of the file */
    RevocationLists read() {
        byte[] bytes = file.bytes();
        if (bytes.length > 0 && bytes[0] == DER_SEQUENCE) {
            add(1, bytes);
        } else {
            new PemBlocks(file, "X509 CRL", "revocation list", problems, block -> add(block.line(), block.content()))
                    .read();
        }
        if (lists.isEmpty() && problems.isEmpty()) {
            problems.add(file.problemAt(1, "there is no revocation list in this file"));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new RevocationLists(lists);
    }

    private void add(int line, byte[] encoded) {
        try {
            for (CRL list : CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(encoded))) {
                Optional<String> flaw = flaw((X509CRL) list);
                flaw.ifPresentOrElse(text -> problems.add(file.problemAt(line, text)), () -> lists.add((X509CRL) list));
            }
        } catch (CRLException e) {
            problems.add(file.problemAt(line, "this revocation list is damaged"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can not read X.509", e);
        }
    }

    /** What is wrong with a list; the first that is. */
    private Optional<String> flaw(X509CRL list) {
        String name = "the revocation list of " + RevocationLists.issuer(list);
        Set<String> critical = list.getCriticalExtensionOIDs() == null ? Set.of() : list.getCriticalExtensionOIDs();
        if (critical.contains(DELTA) || list.getExtensionValue(DELTA) != null) {
            return Optional.of(name + " is a delta; expected the whole list");
        }
        if (critical.contains(PART) || list.getExtensionValue(PART) != null || isIndirect(list)) {
            return Optional.of(
                    name + " is an indirect one or a part (issuing distribution point); expected the whole list");
        }
        if (!critical.isEmpty()) {
            return Optional.of(name + " has critical extensions that are not known here: " + critical);
        }
        if (!isSigned(list)) {
            return Optional.of(name + " is signed by no authority of client-ca");
        }
        if (list.getSigAlgName().startsWith("MD") || list.getSigAlgName().startsWith("SHA1")) {
            return Optional.of(name + " is signed with " + list.getSigAlgName() + ", which can be forged");
        }
        if (list.getNextUpdate() == null) {
            return Optional.of(name + " does not say when the next one is due (nextUpdate)");
        }
        if (now.isBefore(list.getThisUpdate().toInstant())) {
            return Optional.of(
                    name + " is not in force before " + list.getThisUpdate().toInstant());
        }
        return RevocationLists.overdue(list, now);
    }

    private static boolean isIndirect(X509CRL list) {
        Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
        return entries != null
                && entries.stream()
                        .anyMatch(entry -> entry.getCertificateIssuer() != null
                                && !entry.getCertificateIssuer().equals(list.getIssuerX500Principal()));
    }

    private boolean isSigned(X509CRL list) {
        return authorities.stream()
                .filter(authority -> authority.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                .filter(RevocationFile::maySignLists)
                .anyMatch(authority -> isSigned(list, authority));
    }

    /** RFC 5280 4.2.1.3, cRLSign; one that names no usages may do everything. */
    private static boolean maySignLists(X509Certificate authority) {
        boolean[] usages = authority.getKeyUsage();
        return usages == null || usages[6];
    }

    private static boolean isSigned(X509CRL list, X509Certificate authority) {
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
