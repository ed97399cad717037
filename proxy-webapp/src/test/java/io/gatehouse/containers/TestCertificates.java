package io.gatehouse.containers;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority with a server certificate for localhost, made anew for each test class. */
public final class TestCertificates {
    public static final String PASSWORD = "changeit";

    private final KeyPair authorityKey;
    private final X509Certificate authority;
    private final Path folder;

    private TestCertificates(KeyPair authorityKey, X509Certificate authority, Path folder) {
        this.authorityKey = authorityKey;
        this.authority = authority;
        this.folder = folder;
    }

    public static TestCertificates create() throws GeneralSecurityException, IOException {
        KeyPair key = newKey();
        X509Certificate authority = sign("CN=Test CA", key, "CN=Test CA", key, true);
        TestCertificates made =
                new TestCertificates(key, authority, Files.createTempDirectory("gatehouse-certificates"));
        store(made.serverStore(), made.identity("CN=localhost"));
        store(made.trustStore(), made.trust());
        return made;
    }

    /** PKCS12 with the server's key and certificate; the password is {@code changeit}. */
    public Path serverStore() {
        return folder.resolve("server.p12");
    }

    /** PKCS12 with the authority alone. */
    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    public X509Certificate authority() {
        return authority;
    }

    /** Of a server named localhost and 127.0.0.1. */
    public SSLContext serverContext() {
        return context("CN=localhost");
    }

    /** Trusts the authority, has no certificate. */
    public SSLContext clientContext() {
        return context("");
    }

    /** Trusts the authority, and has a certificate of it, as for {@code CN=alice,O=developers}. */
    public SSLContext clientContext(String subject) {
        return context(subject);
    }

    /** Trusts the authority, and has this certificate. */
    public SSLContext clientContext(KeyStore.PrivateKeyEntry entry) {
        try {
            return context(store(entry));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLContext context(String subject) {
        try {
            return context(subject.isEmpty() ? empty() : identity(subject));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SSLContext context(KeyStore identity) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    /** A new key, with a certificate of the authority. */
    public KeyStore.PrivateKeyEntry entry(String subject) throws GeneralSecurityException, IOException {
        KeyPair key = newKey();
        X509Certificate certificate = sign(subject, key, "CN=Test CA", authorityKey, false);
        return new KeyStore.PrivateKeyEntry(key.getPrivate(), new X509Certificate[] {certificate, authority});
    }

    /** A list of the authority, in force for a day, that names these. */
    public X509CRL revoking(Certificate... revoked) throws GeneralSecurityException {
        Instant now = Instant.now();
        X509v2CRLBuilder builder =
                new X509v2CRLBuilder(new X500Name("CN=Test CA"), Date.from(now.minus(Duration.ofHours(1))));
        builder.setNextUpdate(Date.from(now.plus(Duration.ofDays(1))));
        for (Certificate each : revoked) {
            builder.addCRLEntry(((X509Certificate) each).getSerialNumber(), Date.from(now), CRLReason.keyCompromise);
        }
        try {
            return new JcaX509CRLConverter()
                    .getCRL(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private KeyStore identity(String subject) throws GeneralSecurityException, IOException {
        return store(entry(subject));
    }

    private static KeyStore store(KeyStore.PrivateKeyEntry entry) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setEntry("key", entry, new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        return store;
    }

    private KeyStore trust() throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setCertificateEntry("authority", authority);
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void store(Path file, KeyStore store) throws GeneralSecurityException, IOException {
        try (OutputStream output = Files.newOutputStream(file)) {
            store.store(output, PASSWORD.toCharArray());
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(
            String subject, KeyPair key, String issuer, KeyPair issuerKey, boolean isAuthority)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.valueOf(now.toEpochMilli()).add(BigInteger.valueOf(key.hashCode())),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                new X500Name(subject),
                key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        if (!isAuthority) {
            KeyPurposeId[] both = {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth};
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(both));
        }
        if (subject.equals("CN=localhost")) {
            GeneralName[] names = {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            };
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
