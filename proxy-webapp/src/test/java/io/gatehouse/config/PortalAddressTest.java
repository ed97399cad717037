package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortalAddressTest {

    @ParameterizedTest
    @CsvSource({
        "https://gate.example.com, https://gate.example.com",
        "https://Gate.Example.com:8443/, https://gate.example.com:8443",
        "https://gate.example.com/web/gate/, https://gate.example.com/web/gate",
        "https://127.0.0.1, https://127.0.0.1",
        "http://localhost:8080, http://localhost:8080",
        "http://LOCALHOST, http://localhost",
        "http://gate.localhost/, http://gate.localhost",
    })
    void hasOneSpelling(String written, String read) {
        assertThat(PortalAddress.parse(written)).hasToString(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate.example.com", "127.0.0.1", "[::1]", "notlocalhost", "localhost.example.com"})
    void isHttpOnLocalhostOnly(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortalAddress.parse("http://" + host))
                .withMessage("expected https://" + host + "; http only on localhost and names below it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gate.example.com",
                "ftp://gate.example.com",
                "https:///x",
                "https://gate.example.com/?a",
                "https://gate.example.com/#a",
                "https://alice@gate.example.com",
                "https://gate.example.com/a//b",
                "https://gate.example.com/%61",
                "https://gate example.com",
            })
    void isNothingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortalAddress.parse(text))
                .withMessage("expected a URL such as https://gate.example.com");
    }
}
