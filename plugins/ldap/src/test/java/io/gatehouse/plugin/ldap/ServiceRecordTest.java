package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.TestSettings;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceRecordTest extends LdapTesting {

    @ParameterizedTest
    @CsvSource({
        "_ldap._tcp.corp.example.com, corp.example.com, false",
        "_ldaps._tcp.corp.example.com, corp.example.com, true",
        "_ldap._tcp.dc._msdcs.corp.example.com, corp.example.com, false",
        "_ldap._tcp.Site-1._sites.dc._msdcs.corp.example.com, corp.example.com, false"
    })
    void tellsTheDomain(String name, String domain, boolean tls) {
        assertThat(ServiceRecord.parse(name)).isEqualTo(new ServiceRecord(name, domain, tls));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"corp.example.com", "_http._tcp.corp.example.com", "_ldap._tcp.", "_ldap._tcp", "_ldap._tcp.a b"
            })
    void refusesOtherNames(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> ServiceRecord.parse(name));
    }

    private TestSettings by(String record, FakeDns dns) {
        return TestSettings.of(factory)
                .with(ServerSettings.SRV, record)
                .with(ServerSettings.DNS, dns.url())
                .with(ServerSettings.CA, TestCertificates.authority())
                .with(ServerSettings.SERVICE_USER, TestDirectory.SERVICE)
                .with(ServerSettings.SERVICE_PASSWORD, Secret.of(TestDirectory.SERVICE_PASSWORD))
                .with(PersonSettings.SEARCH_BASE, TestDirectory.BASE);
    }

    @Test
    void asksDnsForTheServers() throws IOException {
        directory.close();
        directory = TestDirectory.secure(TestCertificates.server("localhost")).person("alice");
        try (FakeDns dns = new FakeDns("localhost", directory.port())) {
            assertThat(ask(create(by("_ldaps._tcp.localhost", dns)), "alice")).isEqualTo(person("alice"));
        }
    }

    @Test
    void saysNothingToAServerOfAnotherDomainWhateverItsCertificate() throws IOException {
        for (String record : new String[] {"_ldaps._tcp.corp.example.com", "_ldap._tcp.corp.example.com"}) {
            boolean tls = record.startsWith("_ldaps");
            directory.close();
            directory = tls
                    ? TestDirectory.secure(TestCertificates.server("localhost"))
                    : TestDirectory.startTls(TestCertificates.server("localhost"));
            try (FakeDns dns = new FakeDns("localhost", directory.port())) {
                TestSettings settings = by(record, dns).with(ServerSettings.START_TLS, !tls);
                assertThat(ask(create(settings), "alice")).isInstanceOf(AuthenticationResult.Unavailable.class);
                assertThat(directory.binds).isEmpty();
            }
        }
    }
}
