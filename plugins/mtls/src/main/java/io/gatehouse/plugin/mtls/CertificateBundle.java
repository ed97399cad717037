package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the PEM certificates of authorities; any block that is not the certificate of one is a problem. */
final class CertificateBundle {

    private final ConfigFile file;
    private final List<X509Certificate> certificates = new ArrayList<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    CertificateBundle(ConfigFile file) {
        this.file = file;
    }

    /** @throws ConfigurationException with every problem of the file */
    List<X509Certificate> read() {
        new PemBlocks(file, "CERTIFICATE", "certificate", problems, this::add).read();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return List.copyOf(certificates);
    }

    private void add(PemBlocks.Block block) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
            if (certificate.getVersion() >= 3 && certificate.getBasicConstraints() < 0) {
                problems.add(file.problemAt(
                        block.line(), "this certificate is not that of an authority (CA:TRUE is missing)"));
            } else {
                certificates.add(certificate);
            }
        } catch (CertificateException e) {
            problems.add(file.problemAt(block.line(), "this certificate is damaged"));
        }
    }
}
