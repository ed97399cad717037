package io.gatehouse.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingTest {

    @Test
    void takesWholeWordNamesOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> Setting.text("baseDn", "d"));
        assertThat(Setting.text("base-dn", "d").name()).isEqualTo("base-dn");
    }

    @Test
    void carriesItsDefault() {
        Setting<Duration> wait = Setting.duration("wait", "d").orElse(Duration.ofSeconds(5));
        assertThat(wait.defaultValue()).contains(Duration.ofSeconds(5));
        assertThat(wait.isRequired()).isFalse();
    }

    @Test
    void hidesSecrets() {
        assertThat(Secret.of("hunter2")).hasToString("***").isEqualTo(Secret.of("hunter2"));
    }
}
