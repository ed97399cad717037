package io.gatehouse.plugin.ldap;

import io.gatehouse.spi.ConfigFile;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority and the TLS of servers by it. */
final class TestCertificates {

    private static final X500Name AUTHORITY = new X500Name("CN=test authority");
    private static final KeyPair KEYS = keys();
    private static final X509Certificate CERTIFICATE =
            issue(AUTHORITY, KEYS, Instant.now().plus(Duration.ofDays(1)), new BasicConstraints(true), "authority");

    private TestCertificates() {}

    /** What a plugin is told to trust. */
    static ConfigFile authority() {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(CERTIFICATE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new ConfigFile(Path.of("/home/ca.pem"), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    static SSLContext server(String hostName) {
        return server(hostName, Instant.now().plus(Duration.ofDays(1)));
    }

    static SSLContext server(String hostName, Instant until) {
        KeyPair own = keys();
        X509Certificate certificate =
                issue(new X500Name("CN=server"), own, until, new BasicConstraints(false), hostName);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", own.getPrivate(), new char[0], new Certificate[] {certificate, CERTIFICATE});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate issue(
            X500Name subject, KeyPair own, Instant until, BasicConstraints constraints, String hostName) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    AUTHORITY,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(until.minus(Duration.ofDays(30))),
                    Date.from(until),
                    subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, hostName)));
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(constraints.isCA() ? own.getPrivate() : KEYS.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
