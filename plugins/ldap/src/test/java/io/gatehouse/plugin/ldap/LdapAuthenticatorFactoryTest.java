package io.gatehouse.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.GatehousePlugin;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LdapAuthenticatorFactoryTest extends LdapTesting {

    private static final String CLEAR = " would get passwords in clear; use ldaps, or write start-tls: true, or"
            + " plain-text: true to send them so";

    private void assertProblem(TestSettings settings, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings))
                .withMessage("gatehouse.yaml:1:1: " + message);
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(GatehousePlugin.class))
                .singleElement()
                .satisfies(plugin -> assertThat(plugin.authenticators())
                        .singleElement()
                        .extracting(found -> found.name())
                        .isEqualTo("ldap"));
    }

    @Test
    void hasDefaults() {
        assertThat(factory.settings())
                .extracting(setting -> setting.name()
                        + (setting.isRequired()
                                ? "!"
                                : setting.defaultValue()
                                        .map(value -> "=" + value)
                                        .orElse("")))
                .containsExactly(
                        "servers=[]",
                        "srv",
                        "dns",
                        "start-tls=false",
                        "plain-text=false",
                        "ca",
                        "connect-timeout=PT2S",
                        "response-timeout=PT3S",
                        "pool-size=8",
                        "service-user",
                        "service-password",
                        "bind-as",
                        "domains=[]",
                        "search-base!",
                        "user-filter=(objectClass=*)",
                        "login-attributes=[uid]",
                        "user-attribute=uid",
                        "user-prefix=",
                        "groups-by=member",
                        "group-base",
                        "group-filter=(objectClass=*)",
                        "group-attribute=cn",
                        "member-attribute=member",
                        "members-by-name=false",
                        "nested=true",
                        "max-groups=1000",
                        "group-prefix=",
                        "allow-system=[]",
                        "cache=PT1M",
                        "cache-refused=PT10S",
                        "realm=gatehouse",
                        "title=LDAP");
        assertThat(factory.mayBlock()).isTrue();
        assertThat(create().challenge()).contains("Basic realm=\"gatehouse\", charset=\"UTF-8\"");
        assertThat(create(LdapAuthenticatorFactory.REALM, "The Zoo").challenge())
                .contains("Basic realm=\"The Zoo\", charset=\"UTF-8\"");
    }

    @Test
    void noServerIsAskedWhileItIsMade() {
        create();
        create(ServerSettings.SERVERS, List.of("ldap://127.0.0.1:1"));
        assertThat(directory.binds).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldap://localhost",
                "ldap://127.0.0.1:1389/",
                "ldap://[::1]",
                "ldaps://dc1.example.com",
                "LDAPS://10.0.0.1:3269"
            })
    void takesServersThatKeepPasswordsToThemselves(String server) {
        create(anonymous().with(ServerSettings.SERVERS, List.of(server)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ldap://dc1.example.com", "ldap://10.0.0.1:389", "ldap://localhost.example.com"})
    void refusesToSendPasswordsInClearUnlessItIsSaidSo(String server) {
        TestSettings settings = anonymous().with(ServerSettings.SERVERS, List.of(server));
        assertProblem(settings, server.replaceAll(":389$", "") + CLEAR);
        create(settings.with(ServerSettings.PLAIN_TEXT, true));
        assertProblem(settings.with(ServerSettings.START_TLS, true), "expected start-tls or plain-text, not both");
        create(settings.with(ServerSettings.PLAIN_TEXT, false));
    }

    @Test
    void wantsServersOrARecord() {
        assertProblem(anonymous().with(ServerSettings.SERVERS, List.of()), "expected either servers or srv");
        TestSettings both = anonymous().with(ServerSettings.SRV, "_ldap._tcp.example.com");
        assertProblem(both, "expected either servers or srv");
        assertProblem(both.with(ServerSettings.SERVERS, List.of()), "_ldap._tcp.example.com" + CLEAR);
        create(both.with(ServerSettings.START_TLS, true));
        assertProblem(both.with(ServerSettings.DNS, "10.0.0.1"), "expected dns://host or dns://host:port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "http://localhost",
                "ldap://localhost/dc=x",
                "ldap://u@localhost",
                "ldap://localhost:0",
                "ldap://localhost:99999",
                "ldap://local host",
                "ldapi:///"
            })
    void refusesWhatIsNoServer(String server) {
        assertProblem(
                anonymous().with(ServerSettings.SERVERS, List.of(server)),
                "servers \"" + server + "\": expected ldaps://host:port or ldap://host:port");
    }

    @Test
    void wantsAWholeAccount() {
        String message = "expected service-user and service-password together, neither of them empty";
        assertProblem(anonymous().with(ServerSettings.SERVICE_USER, "cn=x"), message);
        assertProblem(anonymous().with(ServerSettings.SERVICE_PASSWORD, Secret.of("x")), message);
        assertProblem(settings().with(ServerSettings.SERVICE_PASSWORD, Secret.of(" ")), message);
        assertProblem(
                settings().with(LdapAuthenticatorFactory.BIND_AS, "{user}@example.com"),
                "expected bind-as or service-user, not both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{user}",
                "alice",
                "{user}@",
                "x{user}@example.com",
                "{user}@ex ample.com",
                "\\{user}",
                "A B\\{user}",
                "uid=x{user},dc=example",
                "uid={user}",
                "uid={user}+cn=x,dc=example",
                "uid={user},ou={user}",
                "uid=alice,dc=example"
            })
    void refusesWhatMakesNoNameToBindWith(String template) {
        assertProblem(
                anonymous().with(LdapAuthenticatorFactory.BIND_AS, template),
                "bind-as \"" + template + "\": expected {user}@domain, DOMAIN\\{user}, or a DN whose first part is an"
                        + " attribute with the value {user}");
    }

    @Test
    void tellsWhatIsWrongWithNamesAndFilters() {
        assertProblem(
                settings().with(PersonSettings.SEARCH_BASE, "example.org"),
                "search-base \"example.org\": expected a DN, such as ou=people,dc=example,dc=org");
        assertProblem(
                settings().with(PersonSettings.GROUP_BASE, ""),
                "group-base \"\": expected a DN, such as ou=people,dc=example,dc=org");
        assertProblem(
                settings().with(PersonSettings.USER_FILTER, "(uid=x"),
                "user-filter \"(uid=x\": expected a filter, such as (objectClass=person)");
        assertProblem(
                settings().with(PersonSettings.LOGIN_ATTRIBUTES, List.of("uid)(x")),
                "login-attributes \"uid)(x\": expected the name of an attribute");
        assertProblem(settings().with(PersonSettings.LOGIN_ATTRIBUTES, List.of()), "expected at least one attribute");
        assertProblem(
                settings().with(LdapAuthenticatorFactory.REALM, "a\"b"),
                "expected printable ASCII without double quote and backslash");
    }

    @ParameterizedTest
    @CsvSource({
        "connect-timeout, 0, 100ms to 5s",
        "response-timeout, 9, 100ms to 8s",
        "cache, 3601, 0s to 3600s",
        "cache-refused, 301, 0s to 300s"
    })
    void boundsTimes(String name, long seconds, String range) {
        Setting<Duration> setting = setting(name);
        assertProblem(settings().with(setting, Duration.ofSeconds(seconds)), name + ": expected " + range);
    }

    @ParameterizedTest
    @CsvSource({"pool-size, 0, 1 to 64", "max-groups, 5001, 1 to 5000"})
    void boundsNumbers(String name, int value, String range) {
        Setting<Integer> setting = setting(name);
        assertProblem(settings().with(setting, value), name + ": expected " + range);
    }

    @SuppressWarnings("unchecked") // each test knows what it asks for
    private <T> Setting<T> setting(String name) {
        return (Setting<T>) factory.settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsWhatIsWrongWithTheAuthorities() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(ServerSettings.CA, file("")))
                .withMessage("ca.pem:1: there is no certificate in this file; expected -----BEGIN CERTIFICATE-----");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(
                        ServerSettings.CA, file("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")))
                .withMessage("ca.pem:1: expected PEM certificates of authorities, and nothing else");
    }

    private static ConfigFile file(String text) {
        return new ConfigFile(Path.of("/home/ca.pem"), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsEverythingAtOnce() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> create(settings()
                        .with(ServerSettings.POOL_SIZE, 0)
                        .with(PersonSettings.MAX_GROUPS, 0)
                        .with(LdapAuthenticatorFactory.REALM, "")))
                .satisfies(e -> assertThat(e.problems()).hasSize(3));
    }
}
