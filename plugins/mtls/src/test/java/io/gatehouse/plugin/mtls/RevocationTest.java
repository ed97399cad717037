package io.gatehouse.plugin.mtls;

import static io.gatehouse.plugin.mtls.TestAuthority.FROM;
import static io.gatehouse.plugin.mtls.TestAuthority.NOW;
import static io.gatehouse.plugin.mtls.TestAuthority.UNTIL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.Time;
import org.junit.jupiter.api.Test;

class RevocationTest {

    private static final TestAuthority ROOT = TestAuthority.root("CN=Zoo Root,O=Zoo");
    private static final TestAuthority OTHER = TestAuthority.root("CN=Other Root");
    private static final X509Certificate ALICE = ROOT.client("CN=alice");
    private static final X509Certificate BOB = ROOT.client("CN=bob");
    private static final String ROOT_LIST = "the revocation list of O=Zoo,CN=Zoo Root";

    private static Authenticator authenticator(String authorities, byte[] lists, Clock clock) {
        MtlsAuthenticatorFactory factory = new MtlsAuthenticatorFactory();
        return factory.create(
                TestSettings.of(factory)
                        .with(
                                MtlsAuthenticatorFactory.CLIENT_CA,
                                new ConfigFile(Path.of("/home/ca.pem"), authorities.getBytes(StandardCharsets.UTF_8)))
                        .with(MtlsAuthenticatorFactory.CRL, new ConfigFile(Path.of("/home/crl.pem"), lists)),
                new TestContext("mtls", Path.of("."), clock));
    }

    private static Authenticator authenticator(String authorities, String lists) {
        return authenticator(authorities, lists.getBytes(StandardCharsets.UTF_8), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Authenticator authenticator(X509CRL list) {
        return authenticator(ROOT.pem(), TestAuthority.pem(list));
    }

    private static AuthenticationResult ask(Authenticator authenticator, X509Certificate... chain) {
        return authenticator.authenticate(
                new Credential.ClientCertificate(List.of(chain)), MtlsAuthenticatorTest.REQUEST);
    }

    private static Identity identity(AuthenticationResult result) {
        assertThat(result).isInstanceOf(AuthenticationResult.Authenticated.class);
        return ((AuthenticationResult.Authenticated) result).identity();
    }

    private static void assertRejected(AuthenticationResult result, String reason) {
        assertThat(result).isEqualTo(AuthenticationResult.rejected(reason));
    }

    private static void assertProblem(String authorities, String lists, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> authenticator(authorities, lists))
                .withMessage(message);
    }

    private static void assertProblem(X509CRL list, String message) {
        assertProblem(ROOT.pem(), TestAuthority.pem(list), message);
    }

    @Test
    void aRevokedCertificateIsRefusedWithTheReason() {
        Authenticator authenticator = authenticator(ROOT.revoking(ALICE));
        assertRejected(
                ask(authenticator, ALICE), "the certificate was revoked on 2026-01-01T00:00:00Z (key compromise)");
        assertThat(identity(ask(authenticator, BOB)).user()).isEqualTo("bob");
    }

    @Test
    void anEntryWithoutAReasonAndOneOnHoldCountToo() {
        Authenticator authenticator = authenticator(ROOT.list(builder -> {
            builder.addCRLEntry(ALICE.getSerialNumber(), Date.from(FROM), (Extensions) null);
            builder.addCRLEntry(BOB.getSerialNumber(), Date.from(FROM), CRLReason.certificateHold);
        }));
        assertRejected(
                ask(authenticator, ALICE), "the certificate was revoked on 2026-01-01T00:00:00Z (no reason given)");
        assertRejected(
                ask(authenticator, BOB), "the certificate was revoked on 2026-01-01T00:00:00Z (certificate hold)");
    }

    @Test
    void theSameNumberOfAnotherAuthorityIsNotMeant() {
        X509CRL list = OTHER.list(
                builder -> builder.addCRLEntry(ALICE.getSerialNumber(), Date.from(FROM), CRLReason.keyCompromise));
        Authenticator authenticator =
                authenticator(ROOT.pem() + OTHER.pem(), TestAuthority.pem(list) + TestAuthority.pem(ROOT.revoking()));
        assertThat(identity(ask(authenticator, ALICE)).user()).isEqualTo("alice");
    }

    @Test
    void everyListOfAnAuthorityCounts() {
        String lists = TestAuthority.pem(ROOT.revoking(ALICE)) + TestAuthority.pem(ROOT.revoking(BOB));
        Authenticator authenticator = authenticator(ROOT.pem(), lists);
        assertThat(ask(authenticator, ALICE)).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(ask(authenticator, BOB)).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    @Test
    void takesListsInDer() throws Exception {
        ByteArrayOutputStream lists = new ByteArrayOutputStream();
        lists.write(ROOT.revoking(ALICE).getEncoded());
        lists.write(OTHER.revoking().getEncoded());
        Authenticator authenticator =
                authenticator(ROOT.pem() + OTHER.pem(), lists.toByteArray(), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(ask(authenticator, ALICE)).isInstanceOf(AuthenticationResult.Rejected.class);
        assertThat(identity(ask(authenticator, BOB)).user()).isEqualTo("bob");
        assertThat(identity(ask(authenticator, OTHER.client("CN=carol"))).user())
                .isEqualTo("carol");
    }

    @Test
    void anAuthorityWithoutAListIsNotTrusted() {
        Authenticator authenticator = authenticator(ROOT.pem() + OTHER.pem(), TestAuthority.pem(OTHER.revoking()));
        assertRejected(ask(authenticator, ALICE), "there is no revocation list of O=Zoo,CN=Zoo Root");
    }

    @Test
    void whoIsKnownEndsWithTheList() {
        Instant due = NOW.plusSeconds(60);
        TestClock clock = new TestClock(NOW);
        String list = TestAuthority.pem(ROOT.list(builder -> builder.setNextUpdate(Date.from(due))));
        Authenticator authenticator = authenticator(ROOT.pem(), list.getBytes(StandardCharsets.UTF_8), clock);
        assertThat(identity(ask(authenticator, ALICE)).expires()).contains(due);
        clock.advance(Duration.ofSeconds(61));
        assertRejected(ask(authenticator, ALICE), ROOT_LIST + " has expired on 2026-06-01T00:01:00Z");
    }

    @Test
    void anIntermediateNeedsAListOfItsOwn() {
        TestAuthority intermediate = ROOT.intermediate("CN=I1");
        X509Certificate carol = intermediate.client("CN=carol");
        Authenticator sent = authenticator(ROOT.revoking());
        assertRejected(ask(sent, carol, intermediate.certificate()), "there is no revocation list of CN=I1");

        String lists = TestAuthority.pem(intermediate.revoking()) + TestAuthority.pem(ROOT.revoking());
        Authenticator listed = authenticator(ROOT.pem() + intermediate.pem(), lists);
        assertThat(identity(ask(listed, carol)).user()).isEqualTo("carol");
    }

    @Test
    void aRevokedIntermediateCarriesNothingThoughItIsInTheBundle() {
        TestAuthority intermediate = ROOT.intermediate("CN=I1");
        TestAuthority second = intermediate.intermediate("CN=I2");
        X509Certificate carol = second.client("CN=carol");
        String lists = TestAuthority.pem(second.revoking())
                + TestAuthority.pem(intermediate.revoking())
                + TestAuthority.pem(ROOT.revoking(intermediate.certificate()));
        assertRejected(
                ask(authenticator(ROOT.pem() + intermediate.pem() + second.pem(), lists), carol),
                "an authority over the certificate was revoked on 2026-01-01T00:00:00Z (key compromise)");
    }

    @Test
    void aListThatIsNotInForceIsAProblem() {
        assertProblem(
                ROOT.list(builder -> builder.setNextUpdate(Date.from(NOW.minusSeconds(1)))),
                "crl.pem:1: " + ROOT_LIST + " has expired on 2026-05-31T23:59:59Z");
        assertProblem(
                ROOT.list(builder -> {
                    builder.setThisUpdate(new Time(Date.from(NOW.plusSeconds(1))));
                    builder.setNextUpdate(Date.from(UNTIL));
                }),
                "crl.pem:1: " + ROOT_LIST + " is not in force before 2026-06-01T00:00:01Z");
    }

    @Test
    void aListOfSomebodyElseIsAProblem() {
        assertProblem(
                OTHER.revoking(),
                "crl.pem:1: the revocation list of CN=Other Root is signed by no authority of client-ca");
        TestAuthority impostor = TestAuthority.root("CN=Zoo Root,O=Zoo");
        assertProblem(impostor.revoking(), "crl.pem:1: " + ROOT_LIST + " is signed by no authority of client-ca");
        assertProblem(
                ROOT.pemWithoutListSigning(),
                TestAuthority.pem(ROOT.revoking()),
                "crl.pem:1: " + ROOT_LIST + " is signed by no authority of client-ca");
    }

    @Test
    void partsOfListsAreProblems() {
        assertProblem(
                ROOT.list(builder ->
                        builder.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE))),
                "crl.pem:1: " + ROOT_LIST + " is a delta; expected the whole list");
        String part = "crl.pem:1: " + ROOT_LIST
                + " is an indirect one or a part (issuing distribution point); expected the whole list";
        assertProblem(
                ROOT.list(builder -> builder.addExtension(
                        Extension.issuingDistributionPoint,
                        true,
                        new IssuingDistributionPoint(null, false, false, null, true, false))),
                part);
        assertProblem(
                ROOT.list(builder -> {
                    ExtensionsGenerator entry = new ExtensionsGenerator();
                    entry.addExtension(
                            Extension.certificateIssuer,
                            true,
                            new GeneralNames(new GeneralName(new X500Name("CN=Other Root"))));
                    builder.addCRLEntry(ALICE.getSerialNumber(), Date.from(FROM), entry.generate());
                }),
                part);
        assertProblem(
                ROOT.list(builder -> builder.addExtension(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE)),
                "crl.pem:1: " + ROOT_LIST + " has critical extensions that are not known here: [1.2.3.4]");
    }

    @Test
    void aWeakSignatureIsAProblem() {
        assertProblem(
                ROOT.list("SHA1withECDSA", builder -> {}),
                "crl.pem:1: " + ROOT_LIST + " is signed with SHA1withECDSA, which can be forged");
    }

    @Test
    void everyBrokenBlockIsAProblem() {
        assertProblem(
                ROOT.pem(),
                "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n" + ROOT.pem()
                        + "-----BEGIN X509 CRL-----\nAAAA\n",
                """
                crl.pem:1: this revocation list is damaged
                crl.pem:4: expected revocation lists only; found another kind of PEM block
                crl.pem:%d: this revocation list has no -----END X509 CRL-----""".formatted(4 + ROOT.pem().lines().count()));
        assertProblem(
                ROOT.pem(),
                "nothing\n",
                "crl.pem:1: there is no revocation list in this file; expected -----BEGIN X509 CRL-----");
        assertProblem(ROOT.pem(), "0nonsense", "crl.pem:1: this revocation list is damaged");
    }
}
