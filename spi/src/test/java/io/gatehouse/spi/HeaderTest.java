package io.gatehouse.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "X Y", "X:", "X\r", "Zoë"})
    void refusesNamesThatAreNoTokens(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Header(name, "v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nb", "a\0b", " a", "a ", "\ta", "Zoë", "\u007f"})
    void refusesValuesThatCouldEndTheField(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Header("X-A", value))
                .withMessage("the value for header X-A has a character that is not allowed there");
    }

    @Test
    void neverShowsItsValue() {
        assertThat(new Header("Authorization", "Bearer t")).hasToString("Authorization");
    }
}
