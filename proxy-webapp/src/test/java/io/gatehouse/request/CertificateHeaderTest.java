package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.containers.TestCertificates;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateHeaderTest {

    private static X509Certificate alice;
    private static X509Certificate authority;

    @BeforeAll
    static void certificates() throws Exception {
        TestCertificates certificates = TestCertificates.create();
        alice = (X509Certificate) certificates.entry("CN=alice").getCertificate();
        authority = certificates.authority();
    }

    private static String bytes(Certificate certificate) throws Exception {
        return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    }

    private static String pem(Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** As nginx and Envoy do it: a blank becomes %20. */
    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.US_ASCII).replace("+", "%20");
    }

    private static List<X509Certificate> read(CertificateFormat format, FakeRequest request) {
        return new ClientCertificates(
                        AddressRanges.of(List.of("127.0.0.1")),
                        Optional.of(new CertificateHeader("Client-Cert", format)))
                .of(request.request());
    }

    private static List<X509Certificate> read(CertificateFormat format, String value) {
        return read(format, new FakeRequest().header("Client-Cert", value));
    }

    private static void assertRefused(CertificateFormat format, String value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(format, value))
                .withMessage("the header Client-Cert " + message);
    }

    @Test
    void takesTheByteSequenceOfRfc9440() throws Exception {
        assertThat(read(CertificateFormat.RFC9440, bytes(alice))).containsExactly(alice);
        assertThat(read(CertificateFormat.RFC9440, " " + bytes(alice) + " ")).containsExactly(alice);
        FakeRequest chained = new FakeRequest()
                .header("Client-Cert", bytes(alice))
                .header("Client-Cert-Chain", bytes(authority) + ", " + bytes(authority));
        assertThat(read(CertificateFormat.RFC9440, chained)).containsExactly(alice, authority, authority);
    }

    @Test
    void aChainAloneIsNothing() throws Exception {
        FakeRequest request = new FakeRequest().header("Client-Cert-Chain", bytes(alice));
        assertThat(read(CertificateFormat.RFC9440, request)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=alice", "::", ":", ":?:", ":MAA=:", "MAA=", ":MAA=", ":MAA=:;a=1", "SUCCESS"})
    void refusesWhatIsNoByteSequenceOfACertificate(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(CertificateFormat.RFC9440, value))
                .withMessageStartingWith("the header Client-Cert can not be read: expected ")
                .withMessageNotContaining("alice");
    }

    @Test
    void refusesBytesBehindTheCertificate() throws Exception {
        byte[] encoded = alice.getEncoded();
        byte[] more = Arrays.copyOf(encoded, encoded.length + 1);
        assertRefused(
                CertificateFormat.RFC9440,
                ":" + Base64.getEncoder().encodeToString(more) + ":",
                "can not be read: expected a certificate in DER, in base64");
    }

    @Test
    void refusesTwo() throws Exception {
        assertRefused(
                CertificateFormat.RFC9440, bytes(alice) + "," + bytes(authority), "has more than one certificate");
        FakeRequest twice =
                new FakeRequest().header("Client-Cert", bytes(alice)).header("Client-Cert", bytes(alice));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(CertificateFormat.RFC9440, twice))
                .withMessage("the header Client-Cert stands there more than once");
    }

    @Test
    void refusesWhatIsTooLong() throws Exception {
        assertRefused(CertificateFormat.PEM, "x".repeat(65_537), "is longer than 65536 characters");
        assertRefused(CertificateFormat.PEM, escaped(pem(alice).repeat(21)), "has more than 20 certificates");
    }

    @Test
    void takesPemWithPercentEncoding() throws Exception {
        assertThat(read(CertificateFormat.PEM, escaped(pem(alice)))).containsExactly(alice);
        assertThat(read(CertificateFormat.PEM, escaped(pem(alice) + pem(authority))))
                .containsExactly(alice, authority);
        // AWS leaves + = / as they are.
        String aws = escaped(pem(alice)).replace("%2B", "+").replace("%3D", "=").replace("%2F", "/");
        assertThat(read(CertificateFormat.PEM, aws)).containsExactly(alice);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CN=alice",
                "%",
                "%4",
                "%zz",
                "%e4",
                "-----BEGIN CERTIFICATE-----MAA=-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE----- -----END CERTIFICATE-----"
            })
    void refusesWhatIsNoPem(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(CertificateFormat.PEM, value))
                .withMessageStartingWith("the header Client-Cert can not be read: expected ");
    }

    @Test
    void refusesTextAroundPem() throws Exception {
        String message = "can not be read: expected certificates in PEM, with percent-encoding";
        assertRefused(CertificateFormat.PEM, escaped("x" + pem(alice)), message);
        assertRefused(CertificateFormat.PEM, escaped(pem(alice) + "x"), message);
    }

    @Test
    void takesTheElementOfEnvoy() throws Exception {
        String cert = "Cert=\"" + escaped(pem(alice)) + "\"";
        String chain = "Chain=\"" + escaped(pem(alice) + pem(authority)) + "\"";
        assertThat(read(CertificateFormat.XFCC, "By=spiffe://a;Hash=ab;Subject=\"CN=\\\"a\\\",O=b;c\";" + cert))
                .containsExactly(alice);
        assertThat(read(CertificateFormat.XFCC, "DNS=a;DNS=b;" + cert + ";" + chain))
                .containsExactly(alice, authority);
        assertThat(read(CertificateFormat.XFCC, chain)).containsExactly(alice, authority);
    }

    @Test
    void refusesOtherElements() throws Exception {
        String cert = "Cert=\"" + escaped(pem(alice)) + "\"";
        String other = "Cert=\"" + escaped(pem(authority)) + "\"";
        String one = "can not be read: expected one element, such as By=…;Cert=\"…\"";
        assertRefused(CertificateFormat.XFCC, cert + "," + other, one);
        assertRefused(CertificateFormat.XFCC, "Hash=a," + cert, one);
        assertRefused(CertificateFormat.XFCC, cert + ";" + other, one);
        assertRefused(CertificateFormat.XFCC, cert + ";", one);
        assertRefused(CertificateFormat.XFCC, "Cert=\"abc", one);
        assertRefused(CertificateFormat.XFCC, "Cert=\"abc\\", one);
        assertRefused(CertificateFormat.XFCC, "alice", one);
        assertRefused(
                CertificateFormat.XFCC,
                "Subject=\"CN=alice\";Hash=ab",
                "can not be read: expected Cert or Chain in it");
        assertRefused(
                CertificateFormat.XFCC,
                cert + ";Chain=\"" + escaped(pem(authority)) + "\"",
                "can not be read: expected Chain to begin with Cert");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 1", "127.0.0.2, 0", "10.0.0.1, 0", "::1, 0"})
    void believesListedTerminatorsOnly(String peer, int certificates) throws Exception {
        FakeRequest request = new FakeRequest()
                .with("getRemoteAddr", peer)
                .with("getAttribute", null)
                .header("Client-Cert", bytes(alice));
        assertThat(read(CertificateFormat.RFC9440, request)).hasSize(certificates);
    }

    @Test
    void theCertificateOfTheConnectionIsTheTerminatorsOwn() {
        FakeRequest fromTerminator = new FakeRequest()
                .with("getAttribute", new X509Certificate[] {alice})
                .header("Client-Cert", "");
        assertThat(read(CertificateFormat.RFC9440, fromTerminator)).isEmpty();
        FakeRequest fromOther =
                new FakeRequest().with("getRemoteAddr", "10.0.0.1").with("getAttribute", new X509Certificate[] {alice});
        assertThat(read(CertificateFormat.RFC9440, fromOther)).containsExactly(alice);
        assertThat(new ClientCertificates(AddressRanges.of(List.of("127.0.0.1")), Optional.empty())
                        .of(fromTerminator.request()))
                .containsExactly(alice);
    }
}
