package io.gatehouse.plugin.ldap;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A directory with alice and bob, and an authenticator over it. */
abstract class LdapTesting {

    static final String ADDRESS = "10.0.0.1";

    final LdapAuthenticatorFactory factory = new LdapAuthenticatorFactory();
    final TestClock clock = new TestClock();
    TestDirectory directory;
    private final List<LdapAuthenticator> made = new ArrayList<>();

    @BeforeEach
    void startDirectory() {
        directory = TestDirectory.plain().person("alice", "cn: Alice").person("bob");
    }

    @AfterEach
    void close() {
        made.forEach(LdapAuthenticator::close);
        directory.close();
    }

    TestSettings anonymous() {
        return TestSettings.of(factory)
                .with(ServerSettings.SERVERS, List.of("ldap://127.0.0.1:" + directory.port()))
                .with(PersonSettings.SEARCH_BASE, TestDirectory.BASE);
    }

    TestSettings settings() {
        return anonymous()
                .with(ServerSettings.SERVICE_USER, TestDirectory.SERVICE)
                .with(ServerSettings.SERVICE_PASSWORD, Secret.of(TestDirectory.SERVICE_PASSWORD));
    }

    LdapAuthenticator create() {
        return create(settings());
    }

    <T> LdapAuthenticator create(Setting<T> setting, T value) {
        return create(settings().with(setting, value));
    }

    LdapAuthenticator create(TestSettings settings) {
        LdapAuthenticator authenticator =
                (LdapAuthenticator) factory.create(settings, new TestContext("staff", Path.of("."), clock));
        made.add(authenticator);
        return authenticator;
    }

    static AuthenticationResult ask(LdapAuthenticator authenticator, String user, String password) {
        return ask(authenticator, user, password, ADDRESS);
    }

    static AuthenticationResult ask(LdapAuthenticator authenticator, String user, String password, String address) {
        return authenticator.authenticate(new Credential.Basic(user, Secret.of(password)), from(address));
    }

    /** With the password that {@link TestDirectory#person} gave. */
    static AuthenticationResult ask(LdapAuthenticator authenticator, String user) {
        return ask(authenticator, user, "secret of " + user);
    }

    static AuthenticationResult person(String user, String... groups) {
        return AuthenticationResult.authenticated(Identity.of(user, "basic").withGroups(List.of(groups)));
    }

    static List<String> groups(AuthenticationResult result) {
        if (result instanceof AuthenticationResult.Authenticated authenticated) {
            return authenticated.identity().groups();
        }
        throw new AssertionError("not authenticated: " + result);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static RequestView from(String address) {
        return new Request(address(address));
    }

    private static InetAddress address(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private record Request(InetAddress clientAddress) implements RequestView {
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
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
