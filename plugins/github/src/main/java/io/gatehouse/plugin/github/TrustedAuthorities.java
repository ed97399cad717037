package io.gatehouse.plugin.github;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts the authorities of a file, and nobody else. */
final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /** @throws ConfigurationException when the file is not one of PEM certificates */
    static SSLContext of(ConfigFile file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw unusable(file);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java can not make a trust store", e);
        }
    }

    private static Collection<? extends Certificate> certificates(ConfigFile file) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try {
            return factory.generateCertificates(new ByteArrayInputStream(file.bytes()));
        } catch (CertificateException e) {
            throw unusable(file);
        }
    }

    private static ConfigurationException unusable(ConfigFile file) {
        return new ConfigurationException(
                file.problemAt(1, "expected certificates in PEM: -----BEGIN CERTIFICATE-----"));
    }
}
