package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenTextTest {

    @Test
    void isReadAsItWasWritten() {
        TokenText token = TokenText.random();
        assertThat(TokenText.parse(token.whole())).contains(token);
        assertThat(TokenText.parse(token.whole() + "a")).isEmpty();
    }

    @Test
    void doesNotShowItsSecret() {
        TokenText token = TokenText.random();
        assertThat(token).hasToString("gatehouse_" + token.id());
    }
}
