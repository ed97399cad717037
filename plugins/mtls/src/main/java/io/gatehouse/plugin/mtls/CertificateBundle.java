package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads the PEM certificates of authorities (RFC 7468). Text between the blocks is skipped, as many tools write some; any
 * block that is not the certificate of an authority is a problem.
 */
final class CertificateBundle {

    private static final String BEGIN = "-----BEGIN ";
    private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
    private static final String END_CERTIFICATE = "-----END CERTIFICATE-----";

    private final ConfigFile file;
    private final List<X509Certificate> certificates = new ArrayList<>();
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    CertificateBundle(ConfigFile file) {
        this.file = file;
    }

    /** @throws ConfigurationException with every problem of the file */
    List<X509Certificate> read() {
        StringBuilder body = new StringBuilder();
        int number = 0;
        int begin = 0;
        for (String line : file.lines()) {
            number++;
            String text = line.strip();
            if (text.startsWith(BEGIN)) {
                requireEnd(begin);
                begin = text.equals(CERTIFICATE) ? number : 0;
                body.setLength(0);
                if (begin == 0) {
                    problems.add(file.problemAt(number, "expected certificates only; found another kind of PEM block"));
                }
            } else if (text.equals(END_CERTIFICATE) && begin != 0) {
                add(begin, body.toString());
                begin = 0;
            } else if (begin != 0) {
                body.append(text);
            }
        }
        requireEnd(begin);
        if (certificates.isEmpty() && problems.isEmpty()) {
            problems.add(file.problemAt(1, "there is no certificate in this file; expected " + CERTIFICATE));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return List.copyOf(certificates);
    }

    private void requireEnd(int begin) {
        if (begin != 0) {
            problems.add(file.problemAt(begin, "this certificate has no " + END_CERTIFICATE));
        }
    }

    private void add(int line, String body) {
        try {
            byte[] encoded = Base64.getDecoder().decode(body);
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            if (certificate.getVersion() >= 3 && certificate.getBasicConstraints() < 0) {
                problems.add(file.problemAt(line, "this certificate is not that of an authority (CA:TRUE is missing)"));
            } else {
                certificates.add(certificate);
            }
        } catch (CertificateException | IllegalArgumentException e) {
            problems.add(file.problemAt(line, "this certificate is damaged"));
        }
    }
}
