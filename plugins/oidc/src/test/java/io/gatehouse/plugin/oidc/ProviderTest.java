package io.gatehouse.plugin.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.AuthenticationResult.Authenticated;
import io.gatehouse.spi.AuthenticationResult.Unavailable;
import io.gatehouse.spi.Authenticator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An issuer's keys: how they come, change and fail to come. */
class ProviderTest {

    private static final Duration REFRESH = Duration.ofMinutes(5);

    private OidcFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new OidcFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private AuthenticationResult ask() {
        return fixture.ask(fixture.token().signed());
    }

    private String unavailable() {
        AuthenticationResult result = ask();
        assertThat(result).isInstanceOf(Unavailable.class);
        return ((Unavailable) result).reason();
    }

    private void fail(String path) {
        fixture.provider.serve(path, exchange -> FakeProvider.send(exchange, 500, "{}"));
    }

    @Test
    void asksOnceForManyTokens() {
        for (int i = 0; i < 5; i++) {
            assertThat(ask()).isInstanceOf(Authenticated.class);
        }
        assertThat(fixture.provider.asked(FakeProvider.DISCOVERY)).isOne();
        assertThat(fixture.provider.asked(FakeProvider.KEYS)).isOne();
    }

    @Test
    void takesANewKeyAtOnce() {
        ask();
        JWK fresh = TestToken.rsa("fresh");
        String token = fixture.token().header("kid", "\"fresh\"").signedBy(fresh);
        fixture.provider.useKeys(TestToken.RSA.toPublicJWK(), fresh.toPublicJWK());
        fixture.clock.advance(Provider.RETRY);
        assertThat(fixture.ask(token)).isInstanceOf(Authenticated.class);
    }

    /** Whoever makes up key ids must not make us ask the issuer each time. */
    @Test
    void asksForUnknownKeysNowAndThen() {
        ask();
        for (int i = 0; i < 20; i++) {
            assertThat(fixture.refusal(
                            fixture.token().header("kid", "\"k" + i + '"').signed()))
                    .contains("(kid)");
        }
        assertThat(fixture.provider.asked(FakeProvider.KEYS)).isOne();
        fixture.clock.advance(Provider.RETRY);
        for (int i = 0; i < 20; i++) {
            assertThat(fixture.refusal(
                            fixture.token().header("kid", "\"l" + i + '"').signed()))
                    .contains("(kid)");
        }
        assertThat(fixture.provider.asked(FakeProvider.KEYS)).isEqualTo(2);
    }

    @Test
    void forgetsAKeyThatIsGone() {
        String token = fixture.token()
                .claim("exp", String.valueOf(fixture.clock.instant().getEpochSecond() + 3600))
                .signed();
        assertThat(fixture.ask(token)).isInstanceOf(Authenticated.class);
        fixture.provider.useKeys(TestToken.OTHER_RSA.toPublicJWK());
        fixture.clock.advance(REFRESH);
        fixture.ask(token); // begins to fetch
        assertThat(fixture.refusal(token)).contains("(kid)");
    }

    /** What was remembered by the old keys does not count by the new ones. */
    @Test
    void remembersNothingBeyondTheKeys() {
        String token = fixture.token().signed();
        assertThat(fixture.ask(token)).isInstanceOf(Authenticated.class);
        fixture.provider.useKeys(TestToken.OTHER_RSA.toPublicJWK());
        fixture.clock.advance(Provider.RETRY);
        fixture.ask(fixture.token().header("kid", "\"two\"").signedBy(TestToken.OTHER_RSA));
        assertThat(fixture.refusal(token)).contains("(kid)");
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeProvider.DISCOVERY, FakeProvider.KEYS})
    void bearsAnOutageForAWhile(String path) {
        assertThat(ask()).isInstanceOf(Authenticated.class);
        fail(path);
        fixture.clock.advance(Duration.ofMinutes(59));
        assertThat(ask()).isInstanceOf(Authenticated.class);
        assertThat(ask()).isInstanceOf(Authenticated.class);
        fixture.clock.advance(Duration.ofMinutes(1));
        assertThat(unavailable()).endsWith(path + " answered 500");
    }

    @Test
    void isBackWithTheIssuer() {
        fail(FakeProvider.DISCOVERY);
        assertThat(unavailable()).contains("answered 500");
        fixture.provider.serve(FakeProvider.DISCOVERY, fixture.provider.discovery(""));
        assertThat(unavailable()).as("not asked again at once").contains("answered 500");
        fixture.clock.advance(Provider.RETRY);
        assertThat(ask()).isInstanceOf(Authenticated.class);
    }

    /** A dead issuer is no reason to ask others about its tokens, nor others' business. */
    @Test
    void isUnavailableForItsOwnTokensOnly() {
        fixture.provider.close();
        assertThat(unavailable()).contains("can not be reached");
        assertThat(fixture.ask(fixture.token().claim("iss", "\"https://other\"").signed()))
                .isEqualTo(AuthenticationResult.notMine());
        assertThat(fixture.ask("opaque")).isEqualTo(AuthenticationResult.notMine());
    }

    @Test
    void waitsForNobodyForEver() {
        fixture.with(OidcSettings.TIMEOUT, Duration.ofSeconds(2));
        fixture.provider.hang(FakeProvider.KEYS);
        assertThat(unavailable()).endsWith("/keys did not answer within 2000 ms");
    }

    /** The head comes at once, and then a byte now and then. */
    @Test
    void waitsForNoBodyForEver() {
        fixture.with(OidcSettings.TIMEOUT, Duration.ofSeconds(2));
        fixture.provider.serve(FakeProvider.KEYS, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            fixture.provider.untilClosed();
        });
        assertThat(unavailable()).endsWith("/keys did not answer within 2000 ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {FakeProvider.DISCOVERY, FakeProvider.KEYS})
    void takesNoEndlessAnswer(String path) {
        fixture.provider.serve(path, FakeProvider::sendWithoutEnd);
        assertThat(unavailable()).endsWith("its answer is larger than 1048576 bytes");
    }

    @Test
    void followsNoRedirect() throws IOException {
        try (FakeProvider other = new FakeProvider(TestToken.RSA.toPublicJWK())) {
            fixture.provider.serve(FakeProvider.KEYS, exchange -> {
                exchange.getResponseHeaders().set("Location", other.issuer() + FakeProvider.KEYS);
                FakeProvider.send(exchange, 302, "");
            });
            assertThat(unavailable()).endsWith("/keys answered 302; redirects are not followed");
            assertThat(other.asked(FakeProvider.KEYS)).isZero();
        }
    }

    @Test
    void takesNoDocumentOfAnotherIssuer() {
        String document = fixture.provider.discovery("");
        fixture.provider.serve(
                FakeProvider.DISCOVERY,
                document.replace("\"issuer\": \"" + fixture.provider.issuer() + '"', "\"issuer\": \"https://other\""));
        assertThat(unavailable()).endsWith("is that of another issuer; write issuer: https://other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keys.example.com/",
                "file:///etc/passwd",
                "ftp://a/b",
                "/keys",
                "https://a@keys.example.com/",
                "https:///x",
                "not an address"
            })
    void takesNoAddressThatIsNotSafe(String address) {
        String document = fixture.provider.discovery("");
        fixture.provider.serve(FakeProvider.DISCOVERY, document.replace(fixture.provider.issuer() + "/keys", address));
        assertThat(unavailable()).endsWith("its jwks_uri is not an https address");
    }

    @Test
    void takesNoDocumentThatIsNone() {
        for (String document : List.of("", "[]", "<html>", "{", "{\"a\":1,\"a\":2}", "{} {}")) {
            fixture.provider.serve(FakeProvider.DISCOVERY, document);
            assertThat(unavailable()).contains("can not be read");
            fixture.clock.advance(Provider.RETRY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"keys\":7}",
                "{\"keys\":[]}",
                "{\"keys\":[7,{}]}",
                "[]",
                "{\"keys\":[{\"kty\":\"RSA\"}]}"
            })
    void takesNoKeySetThatIsNone(String set) {
        fixture.provider.serve(FakeProvider.KEYS, set);
        assertThat(unavailable()).contains("its key set");
    }

    @Test
    void passesOverKeysThatItCanNotUse() throws Exception {
        JWK secret = new OctetSequenceKeyGenerator(256).keyID("one").generate();
        JWK shortKey = new RSAKeyGenerator(1024, true).keyID("short").generate();
        fixture.provider.serve(FakeProvider.KEYS, """
                {"keys": [%s, {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, {"kty": "new"}, %s, %s]}
                """.formatted(
                        secret.toJSONString(),
                        shortKey.toPublicJWK().toJSONString(),
                        TestToken.RSA.toPublicJWK().toJSONString()));
        assertThat(ask()).isInstanceOf(Authenticated.class);
        assertThat(fixture.refusal(fixture.token().header("kid", "\"short\"").signed()))
                .contains("(kid)");
    }

    @Test
    void saysWhatIsWrong() {
        Authenticator authenticator = fixture.authenticator();
        assertThat(authenticator.trouble()).isEmpty();
        fail(FakeProvider.KEYS);
        fixture.clock.advance(REFRESH);
        assertThat(authenticator.trouble().orElseThrow()).endsWith("/keys answered 500");
        assertThat(authenticator.tryConnection().orElseThrow()).endsWith("/keys answered 500");
        fixture.provider.useKeys(TestToken.RSA.toPublicJWK());
        fixture.clock.advance(Provider.RETRY);
        assertThat(authenticator.tryConnection()).isEmpty();
        assertThat(authenticator.trouble()).isEmpty();
    }
}
