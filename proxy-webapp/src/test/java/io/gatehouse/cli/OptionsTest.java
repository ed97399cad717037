package io.gatehouse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @Test
    void takeTheirValueInBothWays() {
        Options options = Options.parse(List.of("--home", "/etc/x=y", "--port=1"), "--home", "--port");
        assertThat(options.value("--home")).contains("/etc/x=y");
        assertThat(options.value("--port")).contains("1");
        assertThat(Options.parse(List.of()).value("--home")).isEmpty();
    }

    @Test
    void knowFlags() {
        Options options = Options.parse(List.of("--connect", "--home=x"), Set.of("--connect", "--other"), "--home");
        assertThat(options.has("--connect")).isTrue();
        assertThat(options.has("--other")).isFalse();
        assertThat(options.value("--home")).contains("x");
    }

    @ParameterizedTest
    @CsvSource({
        "--hom=x,   unknown option \"--hom\"",
        "x,         unknown option \"x\"",
        "--home,    option --home needs a value",
        "--home=,   option --home needs a value"
    })
    void refuseOthers(String word, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Options.parse(List.of(word), "--home"))
                .withMessage(message);
    }
}
