package io.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CookieScopeTest {

    private static final LinkMap WIKI = new LinkMap("/wiki", "/app", "", "https", "gate", Set.of());
    private static final LinkMap HOST = new LinkMap("", "", "", "https", "wiki.gate", Set.of());

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            value = {
                "a=b ~ a=b",
                "a=b; Path=/ ~ a=b; Path=/wiki/",
                "a=b; path = /x ; Secure ~ a=b; Path=/wiki/x; Secure",
                "a=b; PATH=/app/x ~ a=b; Path=/wiki/x",
                "a=b; Path=/app ~ a=b; Path=/wiki/",
                "a=b; Path=/wiki/x ~ a=b; Path=/wiki/x",
                "a=b; Path=/; Path=/x ~ a=b; Path=/wiki/; Path=/wiki/x",
                "a=b; Path=; HttpOnly ~ a=b; Path=; HttpOnly",
                "a=b; Path=x ~ a=b; Path=x",
                "a=b; Path=//evil ~ a=b; Path=/wiki/",
                "a=b; Domain=gate; Path=/ ~ a=b; Path=/wiki/",
                "a=b;domain=.example.com;SameSite=None;Partitioned ~ a=b;SameSite=None;Partitioned",
                "a=\"/;Path=/x ~ a=\"/; Path=/wiki/x",
                "__Secure-a=b; Path=/; Secure ~ __Secure-a=b; Path=/wiki/; Secure",
                "__Host-a=b; Path=/; Secure ~ __Secure-Host-a=b; Path=/wiki/; Secure",
                "__host-a=b; Path=/; Secure ~ __Secure-Host-a=b; Path=/wiki/; Secure"
            })
    void keepsACookieBelowThePath(String cookie, String narrowed) {
        assertThat(CookieScope.narrowed(cookie, WIKI)).isEqualTo(narrowed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " ~ ",
            value = {
                "a=b; Path=/x; Domain=gate ~ a=b; Path=/x",
                "__Host-a=b; Path=/; Secure ~ __Host-a=b; Path=/; Secure"
            })
    void keepsACookieOnItsHost(String cookie, String narrowed) {
        assertThat(CookieScope.narrowed(cookie, HOST)).isEqualTo(narrowed);
    }

    @ParameterizedTest
    @CsvSource({"__Secure-Host-a=b, __Host-a=b", "__Secure-a=b, __Secure-a=b", "a=__Secure-Host-b, a=__Secure-Host-b"})
    void givesACookieItsNameBack(String pair, String original) {
        assertThat(CookieScope.original(pair)).isEqualTo(original);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gatehouse=x",
                "gatehouse-session=x",
                " gatehouse=x",
                "Gatehouse=x",
                "__Host-gatehouse=x",
                "__host-gatehouse=x",
                "__Secure-gatehouse=x",
                "__Secure-Host-gatehouse=x",
                "=gatehouse=x",
                " = =gatehouse-session=x",
                "gatehouse"
            })
    void knowsOurs(String cookie) {
        assertThat(CookieScope.isOurs(cookie)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "a=gatehouse", "agatehouse=x", "_Host-gatehouse=x", "grafana_session=x"})
    void knowsOthers(String cookie) {
        assertThat(CookieScope.isOurs(cookie)).isFalse();
    }
}
