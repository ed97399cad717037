package io.gatehouse.plugin.ldap;

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
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates a directory's TLS is verified against. */
final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /**
     * A context that trusts the certificates of a PEM file, or without one those that the JVM trusts.
     *
     * @throws ConfigurationException when the file has none, or a damaged one
     */
    static SSLContext context(Optional<ConfigFile> file) {
        try {
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(file.isPresent() ? store(file.get()) : null);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static KeyStore store(ConfigFile file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : certificates(file)) {
            number++;
            store.setCertificateEntry("authority-" + number, certificate);
        }
        if (number == 0) {
            throw new ConfigurationException(
                    file.problemAt(1, "there is no certificate in this file; expected -----BEGIN CERTIFICATE-----"));
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(ConfigFile file) {
        try {
            return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(file.bytes()));
        } catch (CertificateException e) {
            throw new ConfigurationException(
                    file.problemAt(1, "expected PEM certificates of authorities, and nothing else"));
        }
    }
}
