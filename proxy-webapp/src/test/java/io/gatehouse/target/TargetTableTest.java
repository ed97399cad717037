package io.gatehouse.target;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTableTest {

    private static TargetTable<String> table() {
        TargetTable.Builder<String> table = new TargetTable.Builder<>();
        table.prefix("/clusters/prod/", "prod");
        table.prefix("/clusters/prod/inner/", "inner");
        table.prefix("/clusters/prod-eu/", "prod-eu");
        table.prefix("/a/", "a");
        table.host("grafana.gate.example.com", "grafana");
        return table.build();
    }

    /** Attack B8: whole segments, and the longest prefix. */
    @ParameterizedTest
    @CsvSource({
        "/clusters/prod/api,        prod,    2",
        "/clusters/prod/,           prod,    2",
        "/clusters/prod/inner/x,    inner,   3",
        "/clusters/prod/inner/,     inner,   3",
        "/clusters/prod/inner,      prod,    2",
        "/clusters/prod/innermost/, prod,    2",
        "/clusters/prod-eu/api,     prod-eu, 2",
        "/a/b/c/d/e/f,              a,       1"
    })
    void findsTheLongestPrefix(String path, String route, int segments) {
        assertThat(table().find("gate.example.com", path)).contains(new TargetTable.Match<>(route, segments));
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/clusters/",
        "/clusters/prod",
        "/clusters/prod../api",
        "/clusters/prodx/",
        "/A/b",
        "/x/clusters/prod/"
    })
    void findsNothingElse(String path) {
        assertThat(table().find("gate.example.com", path)).isEmpty();
    }

    @Test
    void goesByHostFirst() {
        assertThat(table().find("grafana.gate.example.com", "/clusters/prod/api"))
                .contains(new TargetTable.Match<>("grafana", 0));
        assertThat(table().servesHost("grafana.gate.example.com")).isTrue();
        assertThat(table().servesHost("gate.example.com")).isFalse();
    }

    @Test
    void servesTheRootToWhatIsLeft() {
        TargetTable.Builder<String> builder = new TargetTable.Builder<>();
        assertThat(builder.prefix("/", "root")).isTrue();
        assertThat(builder.prefix("/a/", "a")).isTrue();
        assertThat(builder.prefix("/a/", "again")).isFalse();
        assertThat(builder.host("h", "h")).isTrue();
        assertThat(builder.host("h", "again")).isFalse();
        assertThat(builder.build().find("x", "/b")).contains(new TargetTable.Match<>("root", 0));
        assertThat(builder.build().find("x", "/a/b")).contains(new TargetTable.Match<>("a", 1));
    }
}
