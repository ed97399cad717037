package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathTest {

    private static final List<String> PIECES = List.of(
            "/",
            "//",
            "\\",
            "evil.test",
            ":",
            "@",
            "%2f",
            "%5c",
            "%09",
            "\t",
            "\r",
            "\n",
            "\u0000",
            ".",
            "..",
            "?",
            "#",
            "http:",
            "https://",
            "javascript:",
            "a",
            "%",
            "%00",
            "\u3002",
            "\uff0f",
            "&",
            "=",
            " ",
            "\u00a0",
            ";");

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b?c=d&e=%20f", "/gatehouse/enter?to=https%3A%2F%2Fapp.test%2F"})
    void takesPathsOfThisOrigin(String path) {
        assertThat(ReturnPath.of(path, "/home")).isEqualTo(path);
    }

    /** Whatever it is put together of, a browser that follows it stays here. */
    @Test
    void nothingElseGetsThrough() {
        Random random = new Random(20261122);
        URI here = URI.create("https://gate.test/gatehouse/login");
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "/");
            for (int part = random.nextInt(6); part >= 0; part--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            String path = ReturnPath.of(text.toString(), "/home");
            taken += path.equals("/home") ? 0 : 1;
            assertThat(path).matches("/([!-~&&[^/\\\\]][!-~&&[^\\\\]]*)?");
            String withoutQuery = path.replaceFirst("\\?.*", "");
            assertThat(here.resolve(withoutQuery).getHost()).isEqualTo("gate.test");
        }
        assertThat(taken).isPositive();
    }

    @Test
    void isBounded() {
        assertThat(ReturnPath.of("/" + "a".repeat(3_000), "/home")).isEqualTo("/home");
    }
}
