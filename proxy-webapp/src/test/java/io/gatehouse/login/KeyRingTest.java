package io.gatehouse.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    private static final byte[] TEXT = "who it is".getBytes(StandardCharsets.UTF_8);

    private final String first = KeyRing.newKey();
    private final String second = KeyRing.newKey();

    @Test
    void opensWhatItHasSealedForTheSamePurposeOnly() {
        KeyRing keys = KeyRing.parse(first);
        String text = keys.seal("cookie of a", TEXT);
        assertThat(text).matches("[A-Za-z0-9_-]+").isNotEqualTo(keys.seal("cookie of a", TEXT));
        assertThat(keys.open("cookie of a", text)).hasValue(TEXT);
        assertThat(keys.open("cookie of b", text)).isEmpty();
        assertThat(KeyRing.parse(second).open("cookie of a", text)).isEmpty();
    }

    @Test
    void noBitOfItCanBeChanged() {
        KeyRing keys = KeyRing.parse(first);
        byte[] text = Base64.getUrlDecoder().decode(keys.seal("x", TEXT));
        for (int bit = 0; bit < text.length * 8; bit++) {
            byte[] changed = text.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(keys.open("x", Base64.getUrlEncoder().withoutPadding().encodeToString(changed)))
                    .isEmpty();
        }
    }

    @Test
    void keysAreRotatedWithoutLosingWhatTheOldOneSealed() {
        String text = KeyRing.parse(first).seal("x", TEXT);
        String mac = KeyRing.parse(first).mac("x", "secret");
        KeyRing both = KeyRing.parse("# rotated\n\n" + second + "\n" + first + "\n");
        assertThat(both.open("x", text)).hasValue(TEXT);
        assertThat(both.isMac("x", "secret", mac)).isTrue();
        assertThat(both.isMac("x", "other", mac)).isFalse();
        assertThat(both.isMac("y", "secret", mac)).isFalse();
        assertThat(KeyRing.parse(first).open("x", both.seal("x", TEXT))).isEmpty();
        assertThat(KeyRing.parse(second).isMac("x", "secret", mac)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoneOpensAsNothing(String text) {
        assertThat(KeyRing.parse(first).open("x", text)).isEmpty();
    }

    @Test
    void saysWhichLineIsNoKeyAndNotWhatIsInIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.parse(first + "\nc2VjcmV0\n"))
                .withMessage("line 2: expected 32 bytes in base64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.parse("# nothing\n"))
                .withMessage("line 1: expected a key, 32 bytes in base64");
    }
}
