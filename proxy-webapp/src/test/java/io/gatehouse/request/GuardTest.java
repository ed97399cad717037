package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private static final Guard GUARD = new Guard(
            new ClientAddress(AddressRanges.of(List.of("10.0.0.0/8")), AddressRanges.of(List.of("192.168.0.1"))));

    @Test
    void admitsAnOrdinaryRequest() {
        Guard.Admitted admitted = admit(new FakeRequest()
                .with("getRequestURI", "/a%3Ab")
                .with("getQueryString", "x=1")
                .with("getRemoteAddr", "198.51.100.7"));
        assertThat(admitted.method()).isEqualTo("GET");
        assertThat(admitted.target()).hasToString("/a:b?x=1");
        assertThat(admitted.host()).isEqualTo("gate.example.com");
        assertThat(admitted.client().getHostAddress()).isEqualTo("198.51.100.7");
        assertThat(admitted.scheme()).isEqualTo("https");
    }

    @Test
    void asksWhetherAnEncodedSlashIsTaken() {
        Guard guard = new Guard(
                new ClientAddress(AddressRanges.none(), AddressRanges.none()),
                (host, path) -> host.equals("gate.example.com") && path.startsWith("/a%2Fb/"));
        FakeRequest taken = new FakeRequest().with("getRequestURI", "/a%2fb/c");
        assertThat(guard.admit(taken.request(), false).target().rawPath()).isEqualTo("/a%2fb/c");
        FakeRequest other = new FakeRequest().with("getRequestURI", "/a/b%2fc");
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> guard.admit(other.request(), false));
    }

    /** Attacks B10 and B12. */
    @ParameterizedTest
    @ValueSource(strings = {"get", "TRACE", "CONNECT", "PROPFIND", "FOO", "", "GET ", "PRI"})
    void refusesAMethodThatItDoesNotKnow(String method) {
        assertRefused(new FakeRequest().with("getMethod", method), 405);
    }

    @Test
    void takesTheConnectOfAWebSocketOverHttp2ForAGet() {
        FakeRequest request = new FakeRequest().with("getMethod", "CONNECT").with("getProtocol", "HTTP/2.0");
        assertThat(GUARD.admit(request.request(), true).method()).isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/0.9", "", "SPDY/3.1"})
    void refusesOldProtocols(String protocol) {
        assertRefused(new FakeRequest().with("getProtocol", protocol), 400);
    }

    /** Attacks A3 and A4: judged or refused, never dropped. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Impersonate-User",
                "impersonate-GROUP",
                "Impersonate-Uid",
                "Impersonate-Extra-Scopes",
                "Impersonate-Foo",
                "Impersonate-"
            })
    void tellsOfImpersonation(String name) {
        assertThat(admit(new FakeRequest()).impersonates()).isFalse();
        assertThat(admit(new FakeRequest().header(name, "admin")).impersonates())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Impersonate_User", "impersonate.user", "Impersonate!Group"})
    void refusesImpersonationInOtherSpellings(String name) {
        assertRefused(new FakeRequest().header(name, "admin"), 403);
    }

    /** Attack A13, E3. */
    @ParameterizedTest
    @CsvSource({"Authorization, Bearer b", "Host, other", "Content-Length, 1", "Transfer-Encoding, chunked"})
    void refusesASecondFieldWhereOneIsMeant(String name, String value) {
        FakeRequest request = new FakeRequest().header(name, value);
        assertRefused((name.equals("Host") ? request : request.header(name, value)), 400);
    }

    /** Attacks E1 and E3. */
    @ParameterizedTest
    @CsvSource({
        "Content-Length,    +5",
        "Content-Length,    0x5",
        "Content-Length,    -1",
        "Content-Length,    '5,5'",
        "Content-Length,    '5 '",
        "Content-Length,    1234567890123456789",
        "Transfer-Encoding, 'gzip, chunked'",
        "Transfer-Encoding, identity",
        "Transfer-Encoding, 'chunked, chunked'",
        "Transfer-Encoding, xchunked"
    })
    void refusesALengthWithoutOneReading(String name, String value) {
        assertRefused(new FakeRequest().header(name, value), 400);
    }

    @Test
    void refusesTwoWaysOfTellingTheLength() {
        assertRefused(new FakeRequest().header("Content-Length", "5").header("Transfer-Encoding", "chunked"), 400);
        admit(new FakeRequest().header("Transfer-Encoding", " Chunked "));
        admit(new FakeRequest().header("Content-Length", "5"));
    }

    @Test
    void countsTheFields() {
        FakeRequest request = new FakeRequest();
        for (int i = 0; i < 499; i++) {
            request.header("X-" + i, "v");
        }
        admit(request);
        assertRefused(request.header("X-One-More", "v"), 431);
    }

    @ParameterizedTest
    @CsvSource({"Authorization,          Bearer t", "Sec-WebSocket-Protocol, base64url.bearer.authorization.k8s.io.dA"})
    void takesCredentialsOverTlsLoopbackAndFromATerminatorOnly(String name, String value) {
        FakeRequest clear = new FakeRequest()
                .with("isSecure", false)
                .with("getScheme", "http")
                .header(name, value);
        admit(clear);
        assertThat(admit(clear.with("getRemoteAddr", "192.168.0.1")).scheme()).isEqualTo("https");
        assertRefused(clear.with("getRemoteAddr", "10.0.0.1"), 400);
        assertRefused(clear.with("getRemoteAddr", "198.51.100.7"), 400);
        assertThat(admit(clear.without(name)).scheme()).isEqualTo("http");
    }

    @ParameterizedTest
    @CsvSource({
        "Gate.Example.COM,      gate.example.com",
        "gate.example.com.,     gate.example.com",
        "gate.example.com:8443, gate.example.com",
        "127.0.0.1:80,          127.0.0.1",
        "[::1]:8443,            [::1]",
        "[::1],                 [::1]",
        "a_b.localhost,         a_b.localhost"
    })
    void readsTheHost(String written, String host) {
        Guard.Admitted admitted = admit(new FakeRequest().without("Host").header("Host", written));
        assertThat(admitted.host()).isEqualTo(host);
        assertThat(admitted.hostAndPort()).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a@b", "a b", "a?b", "a#b", "a\\b", "ü", "a,b", "a%20b", "\"a\"", "a;b", "a\r\nb"})
    void refusesAHostThatIsNone(String host) {
        assertRefused(new FakeRequest().without("Host").header("Host", host), 400);
    }

    @Test
    void refusesAHostThatIsTooLong() {
        assertRefused(new FakeRequest().without("Host").header("Host", "a".repeat(262)), 400);
    }

    @ParameterizedTest
    @CsvSource({
        "gate.example.com, 443, gate.example.com",
        "gate.example.com, 8443, gate.example.com:8443",
        "::1, 443, [::1]"
    })
    void takesTheAuthorityWhereThereIsNoHost(String name, int port, String expected) {
        FakeRequest request =
                new FakeRequest().without("Host").with("getServerName", name).with("getServerPort", port);
        assertThat(admit(request).hostAndPort()).isEqualTo(expected);
    }

    @Test
    void readsThePathBehindTheContextPath() {
        FakeRequest request = new FakeRequest().with("getContextPath", "/gate/way");
        assertThat(admit(request.with("getRequestURI", "/gate/way/api"))
                        .target()
                        .path())
                .isEqualTo("/api");
        assertThat(admit(request.with("getRequestURI", "/gate/way")).target().path())
                .isEqualTo("/");
        assertRefused(request.with("getRequestURI", "/gate/w%41y/api"), 400);
        assertRefused(request.with("getRequestURI", "/gate/wayward"), 400);
        assertRefused(request.with("getRequestURI", "/gate/way/../x"), 400);
    }

    @Test
    void wantsAPeer() {
        assertRefused(new FakeRequest().with("getRemoteAddr", "localhost"), 400);
    }

    private static Guard.Admitted admit(FakeRequest request) {
        return GUARD.admit(request.request(), false);
    }

    private static void assertRefused(FakeRequest request, int status) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> admit(request))
                .satisfies(e -> assertThat(e.status()).isEqualTo(status));
    }
}
