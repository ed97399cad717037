package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortTextTest {

    @Test
    void eachTextHasItsBound() {
        assertThat(new ShortText().name("n".repeat(1_024))).isEqualTo("n".repeat(1_024));
        assertThat(new ShortText().name("n".repeat(1_025))).isEqualTo("n".repeat(1_024) + "…");
        assertThat(new ShortText().text("t".repeat(4_097))).isEqualTo("t".repeat(4_096) + "…");
    }

    @Test
    void allTextsTogetherHaveABound() {
        ShortText texts = new ShortText();
        for (int i = 0; i < 3; i++) {
            assertThat(texts.text("t".repeat(4_096))).hasSize(4_096);
        }
        List<String> names = texts.names(Collections.nCopies(10_000, "group"));
        assertThat(names).hasSizeLessThan(1_000).endsWith("…");
    }

    @Test
    void noHalfOfACharacterIsLeft() {
        assertThat(new ShortText().name("n".repeat(1_023) + "😀")).isEqualTo("n".repeat(1_023) + "…");
        assertThat(new ShortText().name("n".repeat(1_022) + "😀n")).isEqualTo("n".repeat(1_022) + "😀…");
    }
}
