package io.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({"0s, PT0S", "500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "7d, P7D", "999999999d, P999999999D"
    })
    void readsTimeSpans(String text, Duration expected) {
        assertThat(Quantity.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5 s", "1.5h", "5S", "5min", "1h30m", "1234567890s", "٥s"})
    void refusesOtherTimeSpans(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.duration(text))
                .withMessage("expected a time span such as 500ms, 30s, 5m, 2h or 7d");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0ms",
        "PT0.5S, 500ms",
        "PT1.5S, 1500ms",
        "PT30S, 30s",
        "PT90S, 90s",
        "PT5M, 5m",
        "PT90M, 90m",
        "PT2H, 2h",
        "PT25H, 25h",
        "P7D, 7d"
    })
    void writesTimeSpans(Duration duration, String expected) {
        assertThat(Quantity.text(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "64KiB, 65536",
        "16MiB, 16777216",
        "1GiB, 1073741824",
        "999999999GiB, 1073741822926258176"
    })
    void readsSizes(String text, long expected) {
        assertThat(Quantity.size(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1kB", "1KB", "1K", "1 MiB", "1.5GiB", "MiB", "999999999999GiB", "1234567890"})
    void refusesOtherSizes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.size(text))
                .withMessage("expected a size such as 4096, 64KiB, 16MiB or 1GiB");
    }
}
