package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.TestSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No bind is sent to a server that has not proven its name. */
class ServerTlsTest extends LdapTesting {

    private static final String HOST = "localhost";

    private void use(TestDirectory other) {
        directory.close();
        directory = other.person("alice");
    }

    private TestSettings over(String scheme) {
        return settings()
                .with(ServerSettings.SERVERS, List.of(scheme + "://" + HOST + ":" + directory.port()))
                .with(ServerSettings.START_TLS, scheme.equals("ldap"))
                .with(ServerSettings.CA, TestCertificates.authority());
    }

    private void use(String scheme, SSLContext tls) {
        use(scheme.equals("ldap") ? TestDirectory.startTls(tls) : TestDirectory.secure(tls));
    }

    private void assertNothingIsSaid(TestSettings settings) {
        assertThat(ask(create(settings), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
        assertThat(directory.binds).isEmpty();
        assertThat(directory.searches).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void takesTheRightName(String scheme) {
        use(scheme, TestCertificates.server(HOST));
        assertThat(ask(create(over(scheme)), "alice")).isEqualTo(person("alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void refusesAnotherName(String scheme) {
        use(scheme, TestCertificates.server("other.example.org"));
        assertNothingIsSaid(over(scheme));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void refusesAnotherNameAtAnAddressOfTheLoopbackToo(String scheme) {
        use(scheme, TestCertificates.server("other.example.org"));
        assertNothingIsSaid(
                over(scheme).with(ServerSettings.SERVERS, List.of(scheme + "://127.0.0.1:" + directory.port())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void refusesAnExpiredCertificate(String scheme) {
        use(scheme, TestCertificates.server(HOST, Instant.now().minus(Duration.ofDays(1))));
        assertNothingIsSaid(over(scheme));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap", "ldaps"})
    void refusesAnAuthorityThatItIsNotToldOf(String scheme) {
        use(scheme, TestCertificates.server(HOST));
        assertNothingIsSaid(settings()
                .with(ServerSettings.SERVERS, List.of(scheme + "://" + HOST + ":" + directory.port()))
                .with(ServerSettings.START_TLS, scheme.equals("ldap")));
    }

    @Test
    void saysNothingWhereStartTlsIsStripped() {
        use(TestDirectory.plain());
        assertNothingIsSaid(over("ldap"));
    }
}
