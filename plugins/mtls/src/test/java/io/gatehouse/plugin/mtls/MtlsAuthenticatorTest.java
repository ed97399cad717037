package io.gatehouse.plugin.mtls;

import static io.gatehouse.plugin.mtls.TestAuthority.NOW;
import static io.gatehouse.plugin.mtls.TestAuthority.UNTIL;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MtlsAuthenticatorTest {

    private static final TestAuthority ROOT = TestAuthority.root("CN=Zoo Root,O=Zoo");
    private static final TestAuthority OTHER = TestAuthority.root("CN=Other Root");

    static final RequestView REQUEST = new RequestView() {
        @Override
        public String target() {
            return "prod";
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public InetAddress clientAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    };

    private static AuthenticationResult ask(Instant now, String pem, X509Certificate... chain) {
        return authenticator(now, pem, "", "").authenticate(new Credential.ClientCertificate(List.of(chain)), REQUEST);
    }

    private static AuthenticationResult ask(X509Certificate... chain) {
        return ask(NOW, ROOT.pem(), chain);
    }

    private static Authenticator authenticator(Instant now, String pem, String userPrefix, String groupPrefix) {
        MtlsAuthenticatorFactory factory = new MtlsAuthenticatorFactory();
        return factory.create(
                TestSettings.of(factory)
                        .with(
                                MtlsAuthenticatorFactory.CLIENT_CA,
                                new ConfigFile(Path.of("/home/ca.pem"), pem.getBytes(StandardCharsets.UTF_8)))
                        .with(MtlsAuthenticatorFactory.USER_PREFIX, userPrefix)
                        .with(MtlsAuthenticatorFactory.GROUP_PREFIX, groupPrefix),
                new TestContext("mtls", Path.of("."), Clock.fixed(now, ZoneOffset.UTC)));
    }

    private static Identity identity(AuthenticationResult result) {
        assertThat(result).isInstanceOf(AuthenticationResult.Authenticated.class);
        return ((AuthenticationResult.Authenticated) result).identity();
    }

    private static void assertRejected(AuthenticationResult result, String reason) {
        assertThat(result).isEqualTo(AuthenticationResult.rejected(reason));
    }

    @Test
    void otherCredentialsAreNotItsOwn() {
        assertThat(authenticator(NOW, ROOT.pem(), "", "").authenticate(new Credential.None(), REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void commonNameIsTheUserAndEveryOrganizationAGroup() throws Exception {
        X509Certificate alice = ROOT.client("O=dev,O=ops,CN=alice,OU=ignored");
        byte[] fingerprint = MessageDigest.getInstance("SHA-256").digest(alice.getEncoded());
        assertThat(identity(ask(alice)))
                .isEqualTo(new Identity(
                        "alice",
                        Optional.empty(),
                        List.of("dev", "ops"),
                        Map.of(
                                "authentication.kubernetes.io/credential-id",
                                List.of("X509SHA256=" + HexFormat.of().formatHex(fingerprint))),
                        "client-certificate",
                        Optional.of(UNTIL)));
    }

    @Test
    void mapsPrefixes() {
        Identity identity = identity(authenticator(NOW, ROOT.pem(), "cert:", "org:")
                .authenticate(new Credential.ClientCertificate(List.of(ROOT.client("O=dev,CN=alice"))), REQUEST));
        assertThat(identity.user()).isEqualTo("cert:alice");
        assertThat(identity.groups()).containsExactly("org:dev");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice,O=system:masters",
                "O=system:masters",
                "a+O=b",
                "a\\,b",
                "\"a\"",
                "#61",
                " alice ",
                "\u00fcser",
                "a;b<c>",
                "${jndi:ldap://x}",
                "CN=bob"
            })
    void aValueStaysAValueWhateverIsInIt(String value) {
        X500Name subject = new X500NameBuilder()
                .addRDN(BCStyle.O, new DERUTF8String(value))
                .addRDN(BCStyle.CN, new DERUTF8String(value))
                .build();
        Identity identity = identity(ask(ROOT.client(subject)));
        assertThat(identity.user()).isEqualTo(value);
        assertThat(identity.groups()).containsExactly(value);
    }

    @Test
    void readsRdnsOfSeveralAttributesAndOtherStringTypes() {
        X500Name subject = new X500Name(new RDN[] {
            new RDN(new AttributeTypeAndValue[] {
                new AttributeTypeAndValue(BCStyle.O, new DERPrintableString("dev")),
                new AttributeTypeAndValue(BCStyle.O, new DERUTF8String("ops")),
                new AttributeTypeAndValue(BCStyle.CN, new DERPrintableString("alice"))
            })
        });
        Identity identity = identity(ask(ROOT.client(subject)));
        assertThat(identity.user()).isEqualTo("alice");
        assertThat(identity.groups()).containsExactlyInAnyOrder("dev", "ops");
    }

    @Test
    void noEmptyOrSeveralCommonNamesAreRefused() {
        assertRejected(ask(ROOT.client("O=dev")), "the certificate has no common name (CN)");
        assertRejected(ask(ROOT.client("CN=alice,CN=bob")), "the certificate has several common names (CN)");
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, new DERUTF8String(""))
                        .build())),
                "a CN of the certificate is empty");
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, new DERUTF8String("alice"))
                        .addRDN(BCStyle.O, new DERUTF8String(" "))
                        .build())),
                "a O of the certificate is empty");
    }

    @Test
    void controlCharactersAndOtherTypesAreRefused() {
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, new DERUTF8String("bob\r\nImpersonate-Group: system:masters"))
                        .build())),
                "a CN of the certificate has a control character");
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, new DERUTF8String("bob\u0000"))
                        .build())),
                "a CN of the certificate has a control character");
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, new DEROctetString(new byte[] {1}))
                        .build())),
                "a CN of the certificate is not a text");
        assertRejected(
                ask(ROOT.client(new X500NameBuilder()
                        .addRDN(BCStyle.CN, DERNull.INSTANCE)
                        .build())),
                "a CN of the certificate is not a text");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsSomebodyElses() {
        assertThat(ask(OTHER.client("CN=alice"))).isEqualTo(AuthenticationResult.notMine());
        assertThat(ask(OTHER.client("CN=alice"), OTHER.certificate())).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void anAuthorityOfTheSameNameWithAnotherKeyIsSomebodyElses() {
        TestAuthority impostor = TestAuthority.root("CN=Zoo Root,O=Zoo");
        assertThat(ask(impostor.client("CN=alice"))).isEqualTo(AuthenticationResult.notMine());
        assertThat(ask(impostor.client("CN=alice"), impostor.certificate(), ROOT.certificate()))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void timesAreThoseOfTheHostsClock() {
        X509Certificate alice = ROOT.client("CN=alice");
        assertRejected(
                ask(UNTIL.plusSeconds(1), ROOT.pem(), alice),
                "the certificate, or an authority over it, has expired on 2027-01-01T00:00:00Z");
        assertRejected(
                ask(TestAuthority.FROM.minusSeconds(1), ROOT.pem(), alice),
                "the certificate, or an authority over it, is not valid before 2026-01-01T00:00:00Z");
        assertThat(identity(ask(UNTIL, ROOT.pem(), alice)).user()).isEqualTo("alice");
    }

    @Test
    void anExpiredAuthorityCarriesNothing() {
        TestAuthority old = TestAuthority.root("CN=Old Root", NOW.minus(Duration.ofDays(1)));
        assertRejected(
                ask(NOW, old.pem(), old.client("CN=alice")),
                "the certificate, or an authority over it, has expired on 2026-05-31T00:00:00Z");
    }

    @Test
    void aRememberedCertificateStillExpires() {
        Instant[] now = {NOW};
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now[0];
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        MtlsAuthenticator authenticator =
                new MtlsAuthenticator(new ChainJudge(List.of(ROOT.certificate()), Optional.empty()), "", "", clock);
        Credential alice = new Credential.ClientCertificate(List.of(ROOT.client("CN=alice")));
        Identity first = identity(authenticator.authenticate(alice, REQUEST));
        assertThat(identity(authenticator.authenticate(alice, REQUEST))).isSameAs(first);
        now[0] = UNTIL.plusSeconds(1);
        assertThat(authenticator.authenticate(alice, REQUEST)).isInstanceOf(AuthenticationResult.Rejected.class);
    }

    @Test
    void theCertificateMustBeMeantForClients() {
        X500Name alice = new X500Name("CN=alice");
        String reason = "the certificate is not meant for client authentication (extended key usage)";
        assertRejected(ask(ROOT.client(alice, UNTIL, KeyPurposeId.id_kp_serverAuth)), reason);
        assertRejected(ask(ROOT.client(alice, UNTIL)), reason);
        assertThat(identity(ask(ROOT.client(alice, UNTIL, KeyPurposeId.anyExtendedKeyUsage)))
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void chainsMayBeLongAndInAnyOrder() {
        TestAuthority first = ROOT.intermediate("CN=I1");
        TestAuthority second = first.intermediate("CN=I2");
        X509Certificate alice = second.client("CN=alice");
        assertThat(identity(ask(alice, second.certificate(), first.certificate()))
                        .user())
                .isEqualTo("alice");
        assertThat(identity(ask(alice, first.certificate(), OTHER.certificate(), second.certificate()))
                        .user())
                .isEqualTo("alice");
        assertThat(ask(alice, second.certificate())).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void noMoreThanTenCertificatesLeadToTheAuthority() {
        TestAuthority authority = ROOT;
        List<X509Certificate> chain = new ArrayList<>();
        for (int depth = 1; depth <= 10; depth++) {
            X509Certificate alice = authority.client("CN=alice");
            List<X509Certificate> all = new ArrayList<>(List.of(alice));
            all.addAll(chain);
            assertThat(identity(ask(all.toArray(X509Certificate[]::new))).user())
                    .isEqualTo("alice");
            authority = authority.intermediate("CN=I" + depth);
            chain.add(0, authority.certificate());
        }
        chain.add(0, authority.client("CN=alice"));
        assertThat(ask(chain.toArray(X509Certificate[]::new))).isEqualTo(AuthenticationResult.notMine());
    }

    /** A check with the key of the first of them takes a hundred times as long as with that of a real authority. */
    @Test
    void keysThatAreCostlyOrOddAreNotTried() throws Exception {
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        BigInteger two = BigInteger.TWO;
        for (PublicKey key : List.of(
                rsa.generatePublic(new RSAPublicKeySpec(
                        two.pow(2047).setBit(0), two.pow(64).setBit(0))),
                rsa.generatePublic(new RSAPublicKeySpec(two.pow(8192).setBit(0), BigInteger.valueOf(65537))),
                KeyPairGenerator.getInstance("DSA").generateKeyPair().getPublic(),
                KeyPairGenerator.getInstance("DH").generateKeyPair().getPublic())) {
            assertRejected(
                    ask(OTHER.client("CN=alice"), OTHER.certificate(), OTHER.intermediate("CN=I", key)),
                    "an authority over the certificate has a key that is not taken: expected EC, EdDSA,"
                            + " or RSA up to 8192 bits with an exponent up to 64 bits");
        }
        for (PublicKey key : List.of(
                rsa.generatePublic(new RSAPublicKeySpec(
                        two.pow(8191).setBit(0), two.pow(63).setBit(0))),
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic())) {
            assertThat(identity(ask(ROOT.client("CN=alice"), OTHER.intermediate("CN=I", key)))
                            .user())
                    .isEqualTo("alice");
        }
    }

    @Test
    void twentySignaturesAreCheckedAndNoMore() {
        TestAuthority issuer = ROOT.intermediate("CN=I");
        List<X509Certificate> chain = new ArrayList<>(List.of(issuer.client("CN=alice")));
        for (int i = 0; i < 18; i++) {
            chain.add(OTHER.intermediate("CN=I").certificate());
        }
        chain.add(issuer.certificate());
        assertThat(identity(ask(chain.toArray(X509Certificate[]::new))).user()).isEqualTo("alice");
        chain.add(1, OTHER.intermediate("CN=I").certificate());
        assertRejected(
                ask(chain.toArray(X509Certificate[]::new)),
                "the certificate's chain takes more than 20 signature checks");
    }

    @Test
    void ofManyCertificatesOfAnIntermediateAuthorityOneIsFollowed() {
        TestAuthority first = ROOT.intermediate("CN=I1");
        TestAuthority second = first.intermediate("CN=I2");
        List<X509Certificate> chain = new ArrayList<>(List.of(second.client("CN=alice")));
        for (int i = 0; i < 12; i++) {
            chain.add(first.intermediate("CN=I2", second.certificate().getPublicKey()));
            chain.add(ROOT.intermediate("CN=I1", first.certificate().getPublicKey()));
        }
        assertThat(identity(ask(chain.toArray(X509Certificate[]::new))).user()).isEqualTo("alice");
    }

    @Test
    void aClientsCertificateIsNoAuthority() {
        TestAuthority bob = ROOT.pretender("CN=bob");
        assertRejected(
                ask(bob.client("CN=alice"), bob.certificate()),
                "the certificate's chain does not hold: INVALID_KEY_USAGE");
    }

    @Test
    void anIntermediateAuthorityForServersCarriesNoClients() {
        TestAuthority servers = ROOT.intermediate("CN=Servers", KeyPurposeId.id_kp_serverAuth);
        assertRejected(
                ask(servers.client("CN=alice"), servers.certificate()),
                "an authority over the certificate is not meant for client authentication");
    }

    @Test
    void oneOfSeveralCertificatesOfAnAuthorityIsEnough() {
        assertThat(identity(ask(NOW, OTHER.pem() + ROOT.pem(), ROOT.client("CN=alice")))
                        .user())
                .isEqualTo("alice");
    }
}
