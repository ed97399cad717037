package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverTest extends LdapTesting {

    private TestSettings servers(String... servers) {
        return settings()
                .with(ServerSettings.SERVERS, List.of(servers))
                .with(ServerSettings.CONNECT_TIMEOUT, Duration.ofMillis(200))
                .with(ServerSettings.RESPONSE_TIMEOUT, Duration.ofMillis(500))
                .with(ServerSettings.CA, TestCertificates.authority());
    }

    private String working() {
        return "ldap://127.0.0.1:" + directory.port();
    }

    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 50, TestDirectory.loopback());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = silent()) {
            return socket.getLocalPort();
        }
    }

    @Test
    void passesOverAServerThatIsDown() throws IOException {
        assertThat(ask(create(servers("ldap://127.0.0.1:" + freePort(), working())), "alice"))
                .isEqualTo(person("alice"));
    }

    /** It takes connections, and never says a word. */
    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void passesOverAServerThatHangs(String scheme) throws IOException {
        try (ServerSocket hanging = silent()) {
            String server = scheme + "://localhost:" + hanging.getLocalPort();
            assertThat(ask(create(servers(server, working())), "alice")).isEqualTo(person("alice"));
            assertThat(ask(create(servers(server)), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        }
    }

    @Test
    void passesOverAServerThatHangsBeforeItStartsTls() throws IOException {
        directory.close();
        directory = TestDirectory.startTls(TestCertificates.server("localhost")).person("alice");
        try (ServerSocket hanging = silent()) {
            TestSettings both = servers(
                            "ldap://localhost:" + hanging.getLocalPort(), "ldap://localhost:" + directory.port())
                    .with(ServerSettings.START_TLS, true)
                    .with(ServerSettings.CONNECT_TIMEOUT, Duration.ofSeconds(1));
            assertThat(ask(create(both), "alice")).isEqualTo(person("alice"));
        }
    }

    @Test
    void passesOverAServerThatDoesNotTakeTheAccount() {
        try (TestDirectory other = TestDirectory.plain()) {
            other.onBind(request -> {
                if (request.getRequest().getBindDN().equals(TestDirectory.SERVICE)) {
                    throw new LDAPException(ResultCode.UNAVAILABLE, "starting");
                }
            });
            other.person("alice");
            assertThat(ask(create(servers("ldap://127.0.0.1:" + other.port(), working())), "alice"))
                    .isEqualTo(person("alice"));
        }
    }

    @Test
    void aServerThatBreaksInTheMiddleIsReplaced() {
        try (TestDirectory other = TestDirectory.plain().person("alice")) {
            LdapAuthenticator authenticator = create(servers("ldap://127.0.0.1:" + other.port(), working())
                    .with(LdapAuthenticatorFactory.CACHE, Duration.ZERO));
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
            assertThat(directory.binds).isEmpty();
            other.close();
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
            assertThat(directory.userBinds()).hasSize(1);
        }
    }

    @Test
    void aServerThatFallsSilentInTheMiddleIsNotWaitedFor() {
        CountDownLatch over = new CountDownLatch(1);
        LdapAuthenticator authenticator = create(servers(working()));
        try {
            directory.onSearch(request -> await(over));
            assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
            directory.onSearch(request -> {});
            directory.onBind(request -> await(over));
            clock.advance(RestingServerSet.REST);
            assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        } finally {
            over.countDown();
        }
    }

    @Test
    void withoutADirectoryNobodyIsAnybodyAndWhenItIsBackItWorks() throws IOException {
        int port = freePort();
        LdapAuthenticator authenticator = create(servers("ldap://127.0.0.1:" + port));
        assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        try (TestDirectory back = TestDirectory.plain(port).person("alice")) {
            assertThat(ask(authenticator, "alice"))
                    .as("it rests for a moment")
                    .isInstanceOf(AuthenticationResult.Unavailable.class);
            clock.advance(RestingServerSet.REST);
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        }
        clock.advance(Duration.ofMinutes(2));
        assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        try (TestDirectory again = TestDirectory.plain(port).person("alice")) {
            clock.advance(RestingServerSet.REST);
            assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        }
    }

    @Test
    void whoIsRememberedIsNotAskedAboutWhileTheDirectoryIsAway() {
        LdapAuthenticator authenticator = create();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        directory.close();
        assertThat(ask(authenticator, "alice")).isEqualTo(person("alice"));
        assertThat(ask(authenticator, "bob")).isInstanceOf(AuthenticationResult.Unavailable.class);
        clock.advance(Duration.ofMinutes(2));
        assertThat(ask(authenticator, "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
    }
}
