package io.gatehouse.plugin.mtls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests. */
final class TestAuthority {

    static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant UNTIL = Instant.parse("2027-01-01T00:00:00Z");
    static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final X500Name name;

    private TestAuthority(X509Certificate certificate, PrivateKey key, X500Name name) {
        this.certificate = certificate;
        this.key = key;
        this.name = name;
    }

    static TestAuthority root(String name) {
        return root(name, UNTIL);
    }

    static TestAuthority root(String name, Instant until) {
        KeyPair pair = keyPair();
        X500Name subject = new X500Name(name);
        return new TestAuthority(
                issue(subject, pair.getPrivate(), subject, pair, FROM, until, true), pair.getPrivate(), subject);
    }

    TestAuthority intermediate(String subject, KeyPurposeId... usages) {
        KeyPair pair = keyPair();
        X500Name own = new X500Name(subject);
        return new TestAuthority(issue(name, key, own, pair, FROM, UNTIL, true, usages), pair.getPrivate(), own);
    }

    /** The certificate of an authority below this one, for a key of any kind. */
    X509Certificate intermediate(String subject, PublicKey key) {
        return issue(name, this.key, new X500Name(subject), new KeyPair(key, null), FROM, UNTIL, true);
    }

    X509Certificate certificate() {
        return certificate;
    }

    X509Certificate client(X500Name subject) {
        return client(subject, UNTIL, KeyPurposeId.id_kp_clientAuth);
    }

    X509Certificate client(String subject) {
        return client(new X500Name(subject));
    }

    X509Certificate client(X500Name subject, Instant until, KeyPurposeId... usages) {
        return issue(name, key, subject, keyPair(), FROM, until, false, usages);
    }

    /** A certificate below a client's one, which is no authority. */
    TestAuthority pretender(String subject) {
        KeyPair pair = keyPair();
        X500Name own = new X500Name(subject);
        return new TestAuthority(
                issue(name, key, own, pair, FROM, UNTIL, false, KeyPurposeId.id_kp_clientAuth), pair.getPrivate(), own);
    }

    /** A list in force until {@link #UNTIL}, which names these as of a compromised key. */
    X509CRL revoking(X509Certificate... certificates) {
        return list(builder -> {
            for (X509Certificate each : certificates) {
                builder.addCRLEntry(each.getSerialNumber(), Date.from(FROM), CRLReason.keyCompromise);
            }
        });
    }

    /** A list in force until {@link #UNTIL}, after changes to it. */
    X509CRL list(ListChange change) {
        return list("SHA256withECDSA", change);
    }

    X509CRL list(String algorithm, ListChange change) {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(FROM));
        builder.setNextUpdate(Date.from(UNTIL));
        try {
            change.make(builder);
            return new JcaX509CRLConverter().getCRL(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What else is to stand in a list. */
    interface ListChange {
        void make(X509v2CRLBuilder builder) throws IOException;
    }

    /** An authority of the same name and key, which may not sign lists. */
    String pemWithoutListSigning() {
        return pem(issue(
                name, key, name, new KeyPair(certificate.getPublicKey(), key), FROM, UNTIL, KeyUsage.keyCertSign));
    }

    String pem() {
        return pem(certificate);
    }

    static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate issue(
            X500Name issuer,
            PrivateKey signer,
            X500Name subject,
            KeyPair pair,
            Instant from,
            Instant until,
            boolean authority,
            KeyPurposeId... usages) {
        int usage = authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature;
        return issue(issuer, signer, subject, pair, from, until, usage, usages);
    }

    private static X509Certificate issue(
            X500Name issuer,
            PrivateKey signer,
            X500Name subject,
            KeyPair pair,
            Instant from,
            Instant until,
            int usage,
            KeyPurposeId... usages) {
        boolean authority = (usage & KeyUsage.keyCertSign) != 0;
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(from),
                    Date.from(until),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (usages.length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(usages));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
