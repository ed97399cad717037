package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.target.TargetSettings;
import io.gatehouse.target.UpstreamProtocol;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolReaderTest {

    @TempDir
    Path folder;

    private TestHome home;

    @BeforeEach
    void makeHome() {
        home = new TestHome(folder);
    }

    private static String target(String url, String more) {
        return TestHome.BASE + """
                authenticators:
                  staff: {plugin: htpasswd, file: htpasswd}
                targets:
                  up:
                    path: /up/
                    url: %s
                    authenticators: [staff]
                    authorizers: [policy]
                    identity: silent
                """.formatted(url) + more;
    }

    @ParameterizedTest
    @CsvSource({
        "https://up:1, h2, H2",
        "http://up:1, h2c, H2C",
        "http://up:1, http/1.1, HTTP_1_1",
        "https://up:1, http/1.1, HTTP_1_1"
    })
    void readsEach(String url, String word, UpstreamProtocol protocol) {
        GatehouseConfig config =
                home.read(target(url, "    protocol: " + word + "\n")).orElseThrow();
        assertThat(home.problems.list()).isEmpty();
        assertThat(config.targets().get("up").protocol()).isEqualTo(protocol);
    }

    @Test
    void isHttp11ByDefault() {
        GatehouseConfig config = home.read(target("https://up:1", "")).orElseThrow();
        assertThat(config.targets().values())
                .extracting(TargetSettings::protocol)
                .containsExactly(UpstreamProtocol.HTTP_1_1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://up:1 | h2 | h2 is spoken over TLS; expected h2c for an http:// url",
                "https://up:1 | h2c | h2c is spoken in clear; expected h2 for an https:// url",
                "unix:/run/x | h2c | HTTP/1.1 is spoken over a unix socket",
                "unix:/run/x | h2 | HTTP/1.1 is spoken over a unix socket",
                "echo:/ | h2c | nothing is sent to an echo:/ target",
                "http://up:1 | http2 | expected http/1.1, h2 (over TLS) or h2c (in clear)",
                "http://up:1 | H2C | expected http/1.1, h2 (over TLS) or h2c (in clear)"
            })
    void saysWhatDoesNotFit(String url, String word, String expected) {
        assertThat(home.problems(target("\"" + url + "\"", "    protocol: " + word + "\n")))
                .matches("1\\) gatehouse\\.yaml:\\d+:\\d+: .*")
                .endsWith("\"protocol\": " + expected);
    }
}
