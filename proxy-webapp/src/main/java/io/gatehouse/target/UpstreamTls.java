package io.gatehouse.target;

import io.gatehouse.spi.UpstreamCredential.ClientKey;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes the TLS side of a target from PEM. */
final class UpstreamTls {

    private UpstreamTls() {}

    /**
     * A context that trusts the authorities, or the JVM's trust store without any, and shows the client key.
     *
     * @throws IllegalArgumentException when certificates or key can not be used
     */
    static SSLContext context(Optional<String> authorities, boolean skipVerify, Optional<ClientKey> clientKey) {
        try {
            TrustManager[] trust = skipVerify
                    ? new TrustManager[] {new TrustEverything()}
                    : authorities.isPresent() ? trust(Pem.certificates(authorities.get())) : null;
            KeyManager[] keys = clientKey.isPresent() ? keys(clientKey.get()) : null;
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates or the key can not be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(ClientKey clientKey) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        Certificate[] chain = Pem.certificates(clientKey.certificates()).toArray(Certificate[]::new);
        PrivateKey key = Pem.privateKey(clientKey.key().reveal());
        if (!Pem.isPair((X509Certificate) chain[0], key)) {
            throw new IllegalArgumentException("expected the key of the client certificate, found another's");
        }
        store.setKeyEntry("client", key, new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** What {@code insecure-skip-verify} asks for, in so many words. */
    private static final class TrustEverything extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
