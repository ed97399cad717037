package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.target.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Gives the listener its certificate, its key, and the authorities whose client certificates it asks for. */
final class ListenerTls {

    private ListenerTls() {}

    /** @throws IllegalArgumentException naming the file that can not be used */
    static void apply(SslContextFactory.Server tls, GatehouseConfig.Listen listen, WatchedFiles files) {
        try {
            KeyStore keys = empty();
            Certificate[] chain =
                    Pem.certificates(files.read(listen.certificate()).text()).toArray(Certificate[]::new);
            keys.setKeyEntry("server", Pem.privateKey(files.read(listen.key()).text()), new char[0], chain);
            tls.setKeyStore(keys);
            tls.setKeyStorePassword("");
            tls.setKeyManagerPassword("");
            files.watch(listen.clientAuthorities());
            if (Files.exists(listen.clientAuthorities())) {
                KeyStore trusted = empty();
                List<X509Certificate> authorities =
                        Pem.certificates(files.read(listen.clientAuthorities()).text());
                for (int i = 0; i < authorities.size(); i++) {
                    trusted.setCertificateEntry("authority-" + i, authorities.get(i));
                }
                tls.setTrustStore(trusted);
                tls.setWantClientAuth(true);
            } else {
                tls.setWantClientAuth(false);
            }
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the listener's certificate, key or client authorities can not be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
