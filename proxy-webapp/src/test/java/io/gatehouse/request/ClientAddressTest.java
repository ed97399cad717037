package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    private static final ClientAddress CLIENTS = new ClientAddress(
            AddressRanges.of(List.of("10.0.0.0/8", "fd00::/8")), AddressRanges.of(List.of("192.168.0.1")));

    @ParameterizedTest
    @CsvSource({
        // peer,       X-Forwarded-For,                          client
        "203.0.113.9,  1.1.1.1,                                  203.0.113.9",
        "10.0.0.1,     203.0.113.9,                              203.0.113.9",
        "192.168.0.1,  203.0.113.9,                              203.0.113.9",
        "fd00::1,      2001:db8::7,                              2001:db8:0:0:0:0:0:7",
        "10.0.0.1,     '1.1.1.1, 203.0.113.9',                   203.0.113.9",
        "10.0.0.1,     '1.1.1.1, 203.0.113.9, 10.0.0.2',         203.0.113.9",
        "10.0.0.1,     '203.0.113.9,10.0.0.3 ,\t10.0.0.2',       203.0.113.9",
        "10.0.0.1,     '10.0.0.3, 10.0.0.2',                     10.0.0.3",
        "10.0.0.1,     'evil, 10.0.0.2',                         10.0.0.2",
        "10.0.0.1,     '203.0.113.9, evil',                      10.0.0.1",
        "10.0.0.1,     '203.0.113.9,',                           10.0.0.1",
        "10.0.0.1,     'localhost',                              10.0.0.1"
    })
    void believesTrustedProxiesAlone(String peer, String forwardedFor, String client) {
        FakeRequest request = new FakeRequest().header("X-Forwarded-For", forwardedFor);
        assertThat(client(request, peer)).isEqualTo(client);
    }

    @Test
    void readsSeveralFieldsAsOneList() {
        FakeRequest request = new FakeRequest()
                .header("X-Forwarded-For", "1.1.1.1")
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Forwarded-For", "10.0.0.2");
        assertThat(client(request, "10.0.0.1")).isEqualTo("203.0.113.9");
    }

    @Test
    void isThePeerWhereNothingIsSaid() {
        assertThat(client(new FakeRequest(), "10.0.0.1")).isEqualTo("10.0.0.1");
    }

    @Test
    void looksAtABoundedNumberOfHops() {
        FakeRequest request = new FakeRequest().header("X-Forwarded-For", "203.0.113.9" + ", 10.0.0.2".repeat(40));
        assertThat(client(request, "10.0.0.1")).isEqualTo("10.0.0.2");
    }

    @ParameterizedTest
    @CsvSource({"fe80::1%eth0, fe80:0:0:0:0:0:0:1", "[::1], 0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1%0, 0:0:0:0:0:0:0:1"})
    void readsThePeerInEveryContainersSpelling(String written, String address) {
        FakeRequest request = new FakeRequest().with("getRemoteAddr", written);
        assertThat(ClientAddress.peer(request.request()).getHostAddress()).isEqualTo(address);
    }

    private static String client(FakeRequest request, String peer) {
        return CLIENTS.of(request.request(), AddressRanges.parse(peer).orElseThrow())
                .getHostAddress();
    }
}
