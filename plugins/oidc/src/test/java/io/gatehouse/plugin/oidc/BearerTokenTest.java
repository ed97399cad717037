package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose tokens are taken, and signatures that are not. */
class BearerTokenTest {

    private OidcFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new OidcFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tellsWhoItIs() {
        Identity identity = fixture.identity(
                fixture.token().claim("groups", "[\"dev\",\"ops\"]").claim("jti", "\"42\""));
        assertThat(identity)
                .isEqualTo(new Identity(
                        "alice",
                        Optional.empty(),
                        List.of("dev", "ops"),
                        Map.of("authentication.kubernetes.io/credential-id", List.of("JTI=42")),
                        "oidc",
                        Optional.of(fixture.clock.instant().plusSeconds(300))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "opaque",
                "",
                "a.b",
                "a.b.c",
                "a.b.c.d.e",
                "eyJhbGciOiJub25lIn0.e30.",
                "eyJhbGciOiJub25lIn0.W10.x",
                "..",
                "eyJhbGciOiJub25lIn0=.e30=.x"
            })
    void leavesWhatIsNoTokenToOthers(String text) {
        assertThat(fixture.ask(text)).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void leavesOtherCredentialsToOthers() {
        assertThat(fixture.authenticator()
                        .authenticate(new Credential.Basic("alice", Secret.of("secret")), OidcFixture.REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(fixture.authenticator().authenticate(new Credential.None(), OidcFixture.REQUEST))
                .isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void leavesAnotherIssuersTokenToOthers() {
        String issuer = fixture.provider.issuer();
        for (String other : List.of(issuer + "/", issuer.toUpperCase(), "https://elsewhere.example")) {
            assertThat(fixture.ask(
                            fixture.token().claim("iss", '"' + other + '"').signed()))
                    .isEqualTo(AuthenticationResult.notMine());
        }
        assertThat(fixture.ask(fixture.token().without("iss").signed())).isEqualTo(AuthenticationResult.notMine());
        assertThat(fixture.ask(
                        fixture.token().claim("iss", "[\"" + issuer + "\"]").signed()))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(fixture.ask(
                        "x".repeat(CompactToken.LONGEST) + "." + fixture.token().signed()))
                .isEqualTo(AuthenticationResult.notMine());
    }

    /** The issuer names it, so nobody else is asked. */
    @Test
    void refusesATokenWithTwoReadings() {
        TestToken token = fixture.token();
        String payload = token.payload();
        String twice = payload.replace("\"sub\":\"alice\"", "\"sub\":\"alice\",\"sub\":\"admin\"");
        assertThat(fixture.refusal(token.signedOver(twice)))
                .isEqualTo("the token can not be read: a member stands there twice");
        assertThat(fixture.refusal(token.signedOver(payload.replace("{", "{\"iss\":\"https://other\","))))
                .contains("twice");
        assertThat(fixture.refusal(token.signedOver(payload + payload))).contains("it is not JSON");
        assertThat(fixture.refusal(token.signedOver(payload.replace("\"alice\"", "'alice'"))))
                .isEqualTo("the token can not be read: it is not JSON");
        assertThat(fixture.refusal(
                        token.header("kid", "\"one\",\"kid\":\"two\"").signed()))
                .contains("twice");
        assertThat(fixture.refusal(fixture.token()
                        .claim("a", "[".repeat(30) + "]".repeat(30))
                        .signed()))
                .isEqualTo("the token can not be read: it is not JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "nOnE", "HS256", "HS512", "RS384", "ES256", "EdDSA", ""})
    void refusesAnAlgorithmThatIsNotTaken(String algorithm) {
        TestToken token = fixture.token().header("alg", '"' + algorithm + '"');
        assertThat(fixture.refusal(token.unsigned() + ".")).contains("(alg)");
        assertThat(fixture.refusal(token.unsigned() + ".AAAA")).contains("(alg)");
    }

    @Test
    void refusesAnAlgorithmThatIsNoText() {
        assertThat(fixture.refusal(fixture.token().header("alg", "[\"RS256\"]").unsigned() + ".x"))
                .contains("(alg)");
        assertThat(fixture.refusal(fixture.token().without("alg").unsigned() + ".x"))
                .contains("(alg)");
    }

    /** Everybody has the public key: it must not serve as the secret of an HMAC. */
    @Test
    void refusesAnHmacUnderThePublicKey() throws Exception {
        TestToken token = fixture.token().header("alg", "\"HS256\"");
        byte[] der = TestToken.RSA.toRSAKey().toPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        for (byte[] secret : List.of(der, pem.getBytes())) {
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(secret, "HmacSHA256"));
            String signature = TestToken.base64(mac.doFinal(token.unsigned().getBytes()));
            assertThat(fixture.refusal(token.unsigned() + "." + signature)).contains("(alg)");
        }
    }

    @Test
    void refusesAWrongSignature() {
        String good = fixture.token().signed();
        String otherClaims = fixture.token().claim("sub", "\"admin\"").unsigned();
        assertThat(fixture.refusal(otherClaims + good.substring(good.lastIndexOf('.'))))
                .isEqualTo("the signature is wrong");
        assertThat(fixture.refusal(good.substring(0, good.lastIndexOf('.') + 1)))
                .isEqualTo("the signature is wrong");
        assertThat(fixture.refusal(fixture.token().signedBy(TestToken.OTHER_RSA)))
                .isEqualTo("the signature is wrong");
    }

    @Test
    void refusesAKeyThatTheIssuerDoesNotHave() {
        assertThat(fixture.refusal(fixture.token().header("kid", "\"two\"").signedBy(TestToken.OTHER_RSA)))
                .isEqualTo("the issuer has no such key (kid)");
        assertThat(fixture.refusal(
                        fixture.token().header("kid", "\"../../one\"").signed()))
                .isEqualTo("the issuer has no such key (kid)");
        assertThat(fixture.refusal(fixture.token().without("kid").signedBy(TestToken.OTHER_RSA)))
                .isEqualTo("the issuer has no such key (kid)");
    }

    @Test
    void takesATokenWithoutKeyId() {
        assertThat(fixture.identity(fixture.token().without("kid")).user()).isEqualTo("alice");
    }

    /** What a token says of its own key is nothing. */
    @Test
    void usesNoKeyThatATokenBrings() throws IOException {
        try (FakeProvider attacker = new FakeProvider(TestToken.OTHER_RSA.toPublicJWK())) {
            String key = TestToken.OTHER_RSA.toPublicJWK().toJSONString();
            String url = '"' + attacker.issuer() + FakeProvider.KEYS + '"';
            TestToken token =
                    fixture.token().header("jwk", key).header("jku", url).header("x5u", url);
            assertThat(fixture.refusal(token.signedBy(TestToken.OTHER_RSA))).isEqualTo("the signature is wrong");
            assertThat(attacker.asked(FakeProvider.KEYS)).isZero();
        }
    }

    @Test
    void refusesExtensionsThatMustBeUnderstood() {
        assertThat(fixture.refusal(fixture.token()
                        .header("crit", "[\"b64\"]")
                        .header("b64", "false")
                        .signed()))
                .contains("(crit)");
    }

    @Test
    void takesTypesOfTokensForPeople() {
        for (String type : List.of("JWT", "jwt", "at+jwt", "application/at+jwt")) {
            assertThat(fixture.identity(fixture.token().header("typ", '"' + type + '"'))
                            .user())
                    .isEqualTo("alice");
        }
        assertThat(fixture.identity(fixture.token().without("typ")).user()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"logout+jwt\"", "\"dpop+jwt\"", "\"secevent+jwt\"", "\"JOSE\"", "7", "null"})
    void refusesOtherTypes(String type) {
        assertThat(fixture.refusal(fixture.token().header("typ", type).signed()))
                .contains("(typ)");
    }

    @Test
    void takesTheAlgorithmsThatAreWritten() {
        fixture.with(OidcSettings.ALGORITHMS, List.of("ES256", "PS256"));
        assertThat(fixture.ask(fixture.token()
                        .header("alg", "\"ES256\"")
                        .header("kid", "\"curve\"")
                        .signedBy(TestToken.EC)))
                .isInstanceOf(AuthenticationResult.Authenticated.class);
        assertThat(fixture.ask(fixture.token().header("alg", "\"PS256\"").signed()))
                .isInstanceOf(AuthenticationResult.Authenticated.class);
        assertThat(fixture.refusal(fixture.token().signed())).contains("(alg)");
    }

    /** CVE-2022-21449: zeros as a signature once passed for every message. */
    @Test
    void refusesAnEllipticSignatureOfZeros() {
        fixture.with(OidcSettings.ALGORITHMS, List.of("ES256"));
        TestToken token = fixture.token().header("alg", "\"ES256\"").header("kid", "\"curve\"");
        assertThat(fixture.refusal(token.unsigned() + "." + TestToken.base64(new byte[64])))
                .isEqualTo("the signature is wrong");
    }

    /** A key of one kind is none for an algorithm of another. */
    @Test
    void refusesAnAlgorithmThatIsNotTheKeys() {
        fixture.with(OidcSettings.ALGORITHMS, List.of("ES256", "RS256"));
        TestToken token = fixture.token().header("alg", "\"ES256\"").header("kid", "\"one\"");
        assertThat(fixture.refusal(token.signedBy(TestToken.EC))).isEqualTo("the issuer has no such key (kid)");
    }

    @Test
    void verifiesATokenOnceAMinute() {
        String token = fixture.token().signed();
        AuthenticationResult first = fixture.ask(token);
        assertThat(fixture.ask(token)).isEqualTo(first);
        Identity identity = ((AuthenticationResult.Authenticated) first).identity();
        assertThat(((AuthenticationResult.Authenticated) fixture.ask(token)).identity())
                .isSameAs(identity);
        fixture.clock.advance(VerifiedTokens.LIFETIME);
        assertThat(((AuthenticationResult.Authenticated) fixture.ask(token)).identity())
                .isEqualTo(identity)
                .isNotSameAs(identity);
    }

    @Test
    void remembersNoTokenBeyondItsEnd() {
        String token = fixture.token()
                .claim("exp", String.valueOf(fixture.clock.instant().getEpochSecond() + 30))
                .signed();
        assertThat(fixture.ask(token)).isInstanceOf(AuthenticationResult.Authenticated.class);
        fixture.clock.advance(Duration.ofSeconds(30));
        assertThat(fixture.refusal(token)).startsWith("the token has expired");
    }

    @Test
    void asksForABearerToken() {
        assertThat(fixture.authenticator().challenge()).contains("Bearer");
    }
}
