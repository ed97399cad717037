package io.gatehouse.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

    private static final KeyPair RSA = pair("RSA");
    private static final KeyPair EC = pair("EC");
    private static final KeyPair ED = pair("Ed25519");

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pkcs8(KeyPair pair) {
        return pem(new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    private static String pem(Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static byte[] inner(KeyPair pair) throws IOException {
        return PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    private static void assertBelongs(String algorithm, KeyPair pair, String pem) throws GeneralSecurityException {
        PrivateKey key = Pem.privateKey(pem);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(pair.getPublic());
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void readsPkcs8() throws GeneralSecurityException {
        assertBelongs("SHA256withRSA", RSA, pkcs8(RSA));
        assertBelongs("SHA256withECDSA", EC, pkcs8(EC));
        assertBelongs("Ed25519", ED, pkcs8(ED));
    }

    @Test
    void readsPkcs1() throws GeneralSecurityException, IOException {
        String pem = pem(new PemObject("RSA PRIVATE KEY", inner(RSA)));
        assertBelongs("SHA256withRSA", RSA, pem);
    }

    /** As {@code openssl ecparam -genkey} writes it with {@code -noout}, and without. */
    @Test
    void readsSec1WithAndWithoutParameters() throws GeneralSecurityException, IOException {
        KeyPair pair = new KeyPair(Pem.certificates(TestPem.CERTIFICATE).get(0).getPublicKey(), null);
        assertThat(TestPem.KEY).startsWith("-----BEGIN EC PRIVATE KEY-----");
        assertBelongs("SHA256withECDSA", pair, TestPem.KEY);
        String parameters = pem(new PemObject("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded()));
        assertBelongs("SHA256withECDSA", pair, parameters + TestPem.KEY);
    }

    @Test
    void skipsWhatStandsAround() throws GeneralSecurityException {
        assertBelongs("Ed25519", ED, "Bag Attributes\n  friendlyName: x\n" + TestPem.CERTIFICATE + pkcs8(ED));
    }

    @Test
    void refusesAnEncryptedKey() throws Exception {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        String old;
        try (StringWriter text = new StringWriter();
                JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(
                    RSA.getPrivate(),
                    new JcePEMEncryptorBuilder("AES-128-CBC")
                            .setProvider(provider)
                            .build("hunter2".toCharArray()));
            writer.flush();
            old = text.toString();
        }
        String pkcs8 = pem(new JcaPKCS8Generator(
                EC.getPrivate(),
                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                        .setProvider(provider)
                        .setPassword("hunter2".toCharArray())
                        .build()));
        for (String pem : new String[] {old, pkcs8}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Pem.privateKey(pem))
                    .withMessage("expected a PEM private key that is not encrypted, found none");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
            })
    void refusesWhatIsNoKeyWithoutRepeatingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pem.privateKey(text))
                .withMessageStartingWith("expected a PEM private key")
                .withMessageNotContaining("hunter2")
                .withNoCause();
    }

    @Test
    void readsCertificatesInOrder() {
        assertThat(Pem.certificates("text before\n" + TestPem.CERTIFICATE + "\ntext between\n" + TestPem.CERTIFICATE))
                .hasSize(2);
    }

    /** The kubelet keeps certificate and key in one file, and names it for both. */
    @Test
    void readsCertificatesBesideAKey() {
        assertThat(Pem.certificates(pkcs8(EC) + TestPem.CERTIFICATE)).hasSize(1);
        assertThat(Pem.certificates(TestPem.CERTIFICATE + pkcs8(EC))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void refusesWhatIsNoCertificate(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pem.certificates(text))
                .withMessageStartingWith("expected PEM certificates, found ");
    }

    @Test
    void refusesACertificateThatIsCutShort() {
        String cut = TestPem.CERTIFICATE + TestPem.CERTIFICATE.substring(0, 200);
        assertThatIllegalArgumentException().isThrownBy(() -> Pem.certificates(cut));
    }

    @Test
    void tellsWhetherAKeyIsTheCertificates() {
        X509Certificate certificate = Pem.certificates(TestPem.CERTIFICATE).get(0);
        assertThat(Pem.isPair(certificate, Pem.privateKey(TestPem.KEY))).isTrue();
        assertThat(Pem.isPair(certificate, EC.getPrivate())).isFalse();
        assertThat(Pem.isPair(certificate, RSA.getPrivate())).isFalse();
        assertThat(Pem.isPair(certificate, ED.getPrivate())).isFalse();
    }
}
