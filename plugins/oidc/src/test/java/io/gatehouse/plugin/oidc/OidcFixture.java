package io.gatehouse.plugin.oidc;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/** An issuer, and an authenticator for it whose background is the test's own thread. */
final class OidcFixture implements AutoCloseable {

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
            return "/api";
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

    final TestClock clock = new TestClock();
    final FakeProvider provider;
    private final OidcAuthenticatorFactory factory = new OidcAuthenticatorFactory();
    private final TestSettings settings = TestSettings.of(factory);
    private Authenticator authenticator;

    OidcFixture() throws IOException {
        provider = new FakeProvider(TestToken.RSA.toPublicJWK(), TestToken.EC.toPublicJWK());
        with(OidcSettings.ISSUER, provider.issuer());
        with(OidcSettings.CLIENT_ID, "gatehouse");
        with(OidcSettings.USER_PREFIX, "-");
    }

    <T> OidcFixture with(Setting<T> setting, T value) {
        settings.with(setting, value);
        return this;
    }

    Authenticator authenticator() {
        if (authenticator == null) {
            authenticator = factory.create(
                    settings, new TestContext("test", Path.of("unused"), clock), Runnable::run, () -> {});
        }
        return authenticator;
    }

    /** Another one, with the settings as they are by now. */
    LoginAuthenticator anew() {
        authenticator = null;
        return (LoginAuthenticator) authenticator();
    }

    /** A good token. */
    TestToken token() {
        return TestToken.of(provider.issuer(), clock.instant());
    }

    AuthenticationResult ask(String token) {
        return authenticator().authenticate(new Credential.Bearer(Secret.of(token)), REQUEST);
    }

    /** Who a token is about; fails when it is refused. */
    Identity identity(TestToken token) {
        AuthenticationResult result = ask(token.signed());
        if (result instanceof AuthenticationResult.Authenticated authenticated) {
            return authenticated.identity();
        }
        throw new AssertionError(result.toString());
    }

    /** Why a token is refused, finally; fails on every other answer. */
    String refusal(String token) {
        AuthenticationResult result = ask(token);
        if (result instanceof AuthenticationResult.Rejected rejected) {
            return rejected.reason();
        }
        throw new AssertionError(result.toString());
    }

    @Override
    public void close() {
        provider.close();
    }
}
