package io.gatehouse.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    @ParameterizedTest
    @CsvSource({
        "/, /, true",
        "/, /a, false",
        "/**, /, true",
        "/**, /a/b/, true",
        "/metrics, /metrics, true",
        "/metrics, /metrics/, true",
        "/metrics/, /metrics, true",
        "/metrics, /metricsx, false",
        "/metrics, /metric, false",
        "/metrics, /metrics/x, false",
        "/metrics, /, false",
        "/metrics/**, /metrics, true",
        "/metrics/**, /metrics/x/y, true",
        "/metrics/**, /metrics-x, false",
        "/a/*/c, /a/b/c, true",
        "/a/*/c, /a/b/b/c, false",
        "/a/*/c, /a/c, false",
        "/a/*, /a, false",
        "/a/*, /a/, false",
        "/a/*, /a/%41, true",
        "/a/*/**, /a, false",
        "/a/*/**, /a/b, true",
        "/a%3Ab, /a:b, true",
        "/a:b, /a:b, true",
        "/a%20b, /a%20b, true",
        "/A, /a, false"
    })
    void matchesWholeSegments(String pattern, String path, boolean matches) {
        assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "metrics", "*", "/a*", "/**/a", "/a/**/b", "/a?b", "/a/../b", "/a//b", "/%61", "/a/%2A", "/a/%2F",
                "/a b", "/a***", "/ü"
            })
    void refusesWhatHasNoMeaning(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> PathPattern.parse(pattern));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/**", "/a/*/c", "/a/**"})
    void isShownAsItWasWritten(String pattern) {
        assertThat(PathPattern.parse(pattern)).hasToString(pattern);
    }
}
