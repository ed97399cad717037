package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.target.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The listener's certificate, its key, and the authorities whose client certificates it asks for.
 *
 * @param chain the server's own certificate first
 * @param authorities none: no client certificates are asked for
 */
record ListenerTls(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {

    /** @throws IllegalArgumentException naming the file that can not be used */
    static ListenerTls read(GatehouseConfig.Listen listen, WatchedFiles files) {
        List<X509Certificate> chain = part(listen.certificate(), files, Pem::certificates);
        PrivateKey key = part(listen.key(), files, Pem::privateKey);
        if (!Pem.isPair(chain.get(0), key)) {
            throw new IllegalArgumentException(
                    listen.key() + ": expected the key of the certificate in " + listen.certificate());
        }
        files.watch(listen.clientAuthorities());
        return new ListenerTls(
                chain,
                key,
                Files.exists(listen.clientAuthorities())
                        ? part(listen.clientAuthorities(), files, Pem::certificates)
                        : List.of());
    }

    private static <T> T part(Path path, WatchedFiles files, Function<String, T> parse) {
        try {
            return parse.apply(files.read(path).text());
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    /** Gives all of it to Jetty. */
    void apply(SslContextFactory.Server tls) {
        try {
            KeyStore keys = empty();
            keys.setKeyEntry("server", key, new char[0], chain.toArray(Certificate[]::new));
            tls.setKeyStore(keys);
            tls.setKeyStorePassword("");
            tls.setKeyManagerPassword("");
            if (!authorities.isEmpty()) {
                KeyStore trusted = empty();
                for (int i = 0; i < authorities.size(); i++) {
                    trusted.setCertificateEntry("authority-" + i, authorities.get(i));
                }
                tls.setTrustStore(trusted);
            }
            tls.setWantClientAuth(!authorities.isEmpty());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the listener's certificates can not be used: " + e.getMessage(), e);
        }
    }

    /** It never leaves the memory: a PKCS12 store would encrypt the key with ten thousand rounds, and decrypt it again. */
    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        return store;
    }
}
