package io.gatehouse.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({
        "htpaswd,        ' Did you mean \"htpasswd\"?'",
        "HTPASSWD,       ''",
        "acls,           ' Did you mean \"acl\"?'",
        "impersonation,  ' Did you mean \"impersonate\"?'",
        "zzz,            ''",
        "'',             ''"
    })
    void guesses(String name, String hint) {
        assertThat(NearestName.hint(name, List.of("htpasswd", "acl", "impersonate")))
                .isEqualTo(hint);
    }
}
