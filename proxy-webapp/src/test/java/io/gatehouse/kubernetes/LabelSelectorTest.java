package io.gatehouse.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of {@code selector_test.go}, and neighbours. */
class LabelSelectorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "!x",
                "x=a",
                "x==a",
                "x!=a",
                "x=",
                "x= ",
                "x=,z= ",
                "x= ,z= ",
                "x=a,y=b,z=c",
                "x>1",
                "x<1",
                "x in (a,b)",
                "x notin (a,b)",
                "x in (a)",
                "x in (a,)",
                "x in (,a)",
                "x in (a,,b)",
                "x in (,)",
                "x in (a,,,)",
                "x in ()",
                "x notin (),y",
                "\u0000",
                "\u0000((",
                " \u0000((",
                "x\u0000",
                "x\u0000=\u0000a",
                "x\u0000\u0000((",
                "x notin (a),z in (b),!y",
                "x in (in,notin)",
                "in",
                "in=notin",
                "notin in (in)",
                "example.com/x=a",
                "x=a.b_c-d",
                "x\t=\na",
                "!x,y"
            })
    void parse(String selector) {
        assertThat(LabelSelector.isValid(selector)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "x=a,",
                "x,,y",
                "x=a||y=b",
                "x==a==b",
                "!x=a",
                "!!x",
                "x<a",
                "x>",
                "x>,y",
                "x>1.5",
                "x=(a)",
                "x in",
                "x in a",
                "x in (a",
                "x in (a b)",
                "x in (a))",
                "x notin(",
                "x in (a,,)",
                "x in (,,)",
                "x=a b",
                "x y",
                "((",
                ")",
                "=a",
                "=",
                "!",
                "!=",
                "x=-a",
                "x=a-",
                "-x",
                "x/",
                "/x",
                "X.com/x",
                "a/b/c",
                "a..b/c",
                "x=ü",
                "ü",
                "x=a/b",
                "x><1",
                "x=!a",
                "x<=1",
                "x\u0000y",
                "x,\u0000\u0000y",
                "x=\u0000=a",
                "x\u0000(("
            })
    void doNotParse(String selector) {
        assertThat(LabelSelector.isValid(selector)).isFalse();
    }

    @Test
    void boundNamesAndValues() {
        assertThat(LabelSelector.isValid("a".repeat(63) + "=" + "b".repeat(63))).isTrue();
        assertThat(LabelSelector.isValid("a".repeat(64))).isFalse();
        assertThat(LabelSelector.isValid("x=" + "b".repeat(64))).isFalse();
        assertThat(LabelSelector.isValid("a".repeat(253) + "/x")).isTrue();
        assertThat(LabelSelector.isValid("a".repeat(254) + "/x")).isFalse();
    }
}
